import { DomainError } from '#orders';

/** Webhooks come from gateways, and the map of payment processors has none of this name. */
export class GatewayNotFoundError extends DomainError {
  readonly code = 'gateway_not_found';

  constructor() {
    super('There is no payment gateway of this name.');
  }
}

export class PaymentEventNotFoundError extends DomainError {
  readonly code = 'payment_event_not_found';

  constructor() {
    super('There is no such payment event.');
  }
}
