import { gatewayWaits } from './gateway-waits.js';
import { PaymentLeaseTooShortError } from './processor.errors.js';
import type { ProcessorRegistry } from './processor.registry.js';

/** @throws {PaymentLeaseTooShortError} when a lease could end while a gateway is still waited for. */
export function checkPaymentLease(registry: ProcessorRegistry, leaseMs: number): void {
  const [slowest] = registry.gateways().sort((one, other) => other.timeoutMs - one.timeoutMs);
  if (!slowest) return;
  const { workMs } = gatewayWaits([slowest]);
  if (leaseMs < workMs) throw new PaymentLeaseTooShortError(leaseMs, workMs, slowest.name);
}
