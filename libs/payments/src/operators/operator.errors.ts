import { DomainError } from '#orders';

/** Nobody waits for a decision about its money. */
export class PaymentNotParkedError extends DomainError {
  readonly code = 'payment_not_parked';

  constructor(why: keyof typeof NOT_PARKED) {
    super(NOT_PARKED[why]);
  }
}

const NOT_PARKED = {
  not_parked: 'The payment is not parked, or it was decided about already.',
  goes_back: 'Money of the payment went back, or is on its way back: it cannot be accepted any more.',
  nothing_taken: 'Its gateway says that it took nothing, so nothing can be returned, and it stays parked. Look it up in the console of the gateway; once that has it right, have it read back (POST /v1/payments/{id}/check).',
  opened: 'The payment was read back just now, and is what was asked for after all: it has opened its order. To return it, refund the order (POST /v1/refunds).',
} as const;

/** No gateway knows of it: it is owed by an invoice. */
export class PaymentNotAtGatewayError extends DomainError {
  readonly code = 'payment_not_at_gateway';

  constructor(orderNumber: string) {
    super(`No gateway knows of this payment: it is owed for order ${orderNumber}, by an invoice.`);
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
