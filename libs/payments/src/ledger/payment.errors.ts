import { DomainError } from '#orders';

/** The gateway answered for another payment than it was asked for: nothing of it is believed. */
export class ForeignPaymentError extends DomainError {
  readonly code = 'payment_foreign';

  constructor(paymentId: string) {
    super(`The gateway's answer for payment ${paymentId} names another payment. Do several services share the account, or is the reference wrong? Nothing was changed.`);
  }
}

export class PaymentNotFoundError extends DomainError {
  readonly code = 'payment_not_found';

  constructor() {
    super('There is no such payment.');
  }
}

/** The order has no payment that a buyer could make or finish now. */
export class NothingToPayError extends DomainError {
  readonly code = 'nothing_to_pay';

  constructor(number: string, why: string) {
    super(`Order ${number} has nothing to be paid: ${why}`);
  }
}
