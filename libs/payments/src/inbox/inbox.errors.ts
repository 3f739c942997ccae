import { DomainError } from '#orders';

/** Webhooks come from gateways, and the map of payment processors has none of this name. */
export class GatewayNotFoundError extends DomainError {
  readonly code = 'gateway_not_found';

  constructor() {
    super('There is no payment gateway of this name.');
  }
}

/** Only what waits for an operator is dismissed: the rest goes on by itself, or is done. */
export class PaymentEventNotParkedError extends DomainError {
  readonly code = 'payment_event_not_parked';

  constructor() {
    super('The event is not parked: it is dealt with by itself, or was.');
  }
}

export class PaymentEventNotFoundError extends DomainError {
  readonly code = 'payment_event_not_found';

  constructor() {
    super('There is no such payment event.');
  }
}
