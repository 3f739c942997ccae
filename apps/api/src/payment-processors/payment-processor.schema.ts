import { z } from 'zod';

const AccessRuleSchema = z.enum(['revoke', 'keep', 'ask']);

export const PaymentProcessorSchema = z.object({
  name: z.string().describe('What a checkout gives as `payment.processor`.'),
  kind: z.enum(['gateway', 'bypass']).describe('`gateway`: the buyer pays. `bypass`: no money moves here.'),
  wiring: z
    .object({
      processor: z.string().describe('As the map of payment processors names it.'),
      source: z.enum(['built-in', 'package', 'path']),
      plugIn: z.object({ name: z.string(), version: z.string().nullable() }).describe('The version of its package; null where that says none. Built-in ones have that of the service.'),
      contractVersion: z.int(),
      timeoutMs: z.int().nullable().describe('The longest that one call may take, in milliseconds; null: it calls nobody.'),
      rules: z
        .object({ latePayments: z.enum(['refund', 'park']), outsideRefunds: AccessRuleSchema, disputes: AccessRuleSchema })
        .describe('What becomes of money that comes too late, and of the access when money went back at the gateway.'),
      options: z.record(z.string(), z.unknown()).describe('As the map has them: variables by their names, and `***` for what may be secret.'),
    })
    .optional()
    .describe('For staff only.'),
});
export type PaymentProcessorAnswer = z.infer<typeof PaymentProcessorSchema>;

export const PaymentProcessorsSchema = z.object({ items: z.array(PaymentProcessorSchema) });
