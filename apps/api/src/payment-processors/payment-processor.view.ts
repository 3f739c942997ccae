import type { InstalledProcessor } from '#payments';
import type { PaymentProcessorAnswer } from './payment-processor.schema.js';

/** A payment processor as callers see it, and how it is wired for staff alone. Member by member: what is added to it later is shown when somebody has thought about it. */
export function paymentProcessorView({ name, kind, ...wired }: InstalledProcessor, isStaff: boolean): PaymentProcessorAnswer {
  if (!isStaff) return { name, kind };
  const { processor, source, plugIn, contractVersion, timeoutMs, rules, options } = wired;
  return { name, kind, wiring: { processor, source, plugIn, contractVersion, timeoutMs, rules, options } };
}
