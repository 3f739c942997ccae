import { z } from 'zod';

const AccessRuleSchema = z.enum(['revoke', 'keep', 'ask']);

export const PaymentProcessorSchema = z.object({
  /** What a checkout gives as `payment.processor`. */
  name: z.string(),
  /** `gateway`: the buyer pays. `bypass`: no money moves here. */
  kind: z.enum(['gateway', 'bypass']),
  /** For staff only. */
  wiring: z
    .object({
      /** As the map of payment processors names it. */
      processor: z.string(),
      source: z.enum(['built-in', 'package', 'path']),
      /** The version of its package; null where that says none. Built-in ones have the service's. */
      plugIn: z.object({ name: z.string(), version: z.string().nullable() }),
      contractVersion: z.int(),
      /** The longest that one call may take; null: it calls nobody. */
      timeoutMs: z.int().nullable(),
      rules: z.object({ latePayments: z.enum(['refund', 'park']), outsideRefunds: AccessRuleSchema, disputes: AccessRuleSchema }),
      /** As the map has them: variables by their names, and `***` for what may be secret. */
      options: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type PaymentProcessorAnswer = z.infer<typeof PaymentProcessorSchema>;

export const PaymentProcessorsSchema = z.object({ items: z.array(PaymentProcessorSchema) });
