import { z } from 'zod';
import { text } from '../text.schema.js';

const instant = z.iso.datetime();

export const DependencySchema = z.object({
  name: z.string(),
  productTypes: z.array(z.string()),
  breaker: z.enum(['closed', 'open', 'half_open']),
  /** Why the breaker is not closed; null when it is. */
  failure: z.object({ kind: z.string(), detail: z.string() }).nullable(),
  /** From then on one delivery may try. */
  openUntil: instant.nullable(),
  /** Until then the provider asked not to be called. */
  throttledUntil: instant.nullable(),
  consecutiveFailures: z.int(),
  paused: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
  /** What counts now, for all replicas together; 0: no limit. */
  ratePerMinute: z.int(),
  rateSetByOperator: z.boolean(),
  /** Calls that could begin now; null without a limit. */
  tokens: z.object({ buyer: z.number(), backlog: z.number() }).nullable(),
});
export type DependencyAnswer = z.infer<typeof DependencySchema>;

export const DependencyListSchema = z.object({ items: z.array(DependencySchema) });

/** What an operator changes, and why. A rate of null is the configured one again. */
export const DependencyBody = z
  .strictObject({
    reason: text(500),
    paused: z.boolean().optional(),
    ratePerMinute: z.int('must be a whole number').min(1, 'must be at least 1').max(1_000_000, 'must be at most 1000000').nullable().optional(),
  })
  .refine(({ paused, ratePerMinute }) => paused !== undefined || ratePerMinute !== undefined, 'must say paused or ratePerMinute')
  .meta({ id: 'DependencyChange' });
export type DependencyBody = z.infer<typeof DependencyBody>;

/** Any text: what is not known is not found. */
export const DependencyName = z.string().max(100);
