import { DomainError } from '#orders';

/** The map of payment processors has no such name. */
export class UnknownProcessorError extends DomainError {
  readonly code = 'unknown_processor';

  constructor(names: readonly string[]) {
    super(`There is no such payment processor; there are: ${names.join(', ')}.`);
  }
}

/** The lease on a payment could end while its holder still waits for the gateway. The boot stops. */
export class PaymentLeaseTooShortError extends Error {
  constructor(leaseMs: number, neededMs: number, slowest: string) {
    super(`FULFILLMENT_LEASE_MS is ${leaseMs}, but work on a payment may take ${neededMs}: twice the longest time-out of a payment gateway, that of "${slowest}", and two seconds. Raise it to ${neededMs} or more, or lower GATEWAY_TIMEOUT_MS or options.timeoutMs of "${slowest}".`);
    this.name = 'PaymentLeaseTooShortError';
  }
}
