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

/** The order is paid for, by another payment perhaps: no more money opens it, and it is not given up as an unpaid one. */
export class OrderPaidError extends DomainError {
  readonly code = 'order_paid';

  /** @param so what follows from it for who asked. */
  constructor(number: string, so: string) {
    super(`Order ${number} is paid for: ${so}`);
  }
}
