import { DomainError } from '#orders';

/** Nobody waits for a decision about its money. */
export class PaymentNotParkedError extends DomainError {
  readonly code = 'payment_not_parked';

  constructor(why: 'not_parked' | 'goes_back') {
    super(why === 'not_parked' ? 'The payment is not parked, or it was decided about already.' : 'Money of the payment went back, or is on its way back: it cannot be accepted any more.');
  }
}

/** No gateway knows of it: it is owed by an invoice. */
export class PaymentNotAtGatewayError extends DomainError {
  readonly code = 'payment_not_at_gateway';

  constructor(orderNumber: string) {
    super(`No gateway knows of this payment: it is owed for order ${orderNumber}, by an invoice.`);
  }
}

/** Its order is open, by another payment perhaps: there is nothing that the money could open. */
export class OrderNotWaitingError extends DomainError {
  readonly code = 'order_paid';

  constructor(number: string) {
    super(`Order ${number} is open already, so this money cannot open it. Return it.`);
  }
}

/** The order has no invoice that somebody owes. */
export class NothingOwedError extends DomainError {
  readonly code = 'nothing_owed';

  constructor(number: string) {
    super(`Nobody owes anything for order ${number}.`);
  }
}

export class InvoiceSettledError extends DomainError {
  readonly code = 'invoice_settled';

  constructor(number: string, at: Date) {
    super(`The invoice of order ${number} was marked paid at ${at.toISOString()}.`);
  }
}
