import { PaymentLeaseTooShortError } from './processor.errors.js';
import type { ProcessorRegistry } from './processor.registry.js';

/** For a call that is left behind after its time-out, and for what is written then. */
const MARGIN_MS = 2_000;

/** @throws {PaymentLeaseTooShortError} when a lease could end while a gateway is still waited for. */
export function checkPaymentLease(registry: ProcessorRegistry, leaseMs: number): void {
  const [slowest] = registry.gateways().sort((one, other) => other.timeoutMs - one.timeoutMs);
  if (!slowest) return;
  const neededMs = 2 * slowest.timeoutMs + MARGIN_MS;
  if (leaseMs < neededMs) throw new PaymentLeaseTooShortError(leaseMs, neededMs, slowest.name);
}
