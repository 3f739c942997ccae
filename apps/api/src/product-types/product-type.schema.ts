import { z } from 'zod';
import { DependencySchema } from '../dependencies/dependency.schema.js';

export const InstalledProductTypeSchema = z.object({
  productType: z.string(),
  /** As the token map names it. */
  fulfiller: z.string(),
  source: z.enum(['built-in', 'package', 'path']),
  /** The version of its package; null where that says none. Built-in ones have the service's. */
  plugIn: z.object({ name: z.string(), version: z.string().nullable() }),
  contractVersion: z.int(),
  capabilities: z.object({ revoke: z.boolean(), asynchronous: z.boolean(), sharedAccess: z.boolean() }),
  maxQuantity: z.int(),
  repeatable: z.boolean(),
  timeoutMs: z.int(),
  /** What differs from the service's own, by kind of failure. */
  retry: z.record(z.string(), z.object({ baseMs: z.int().optional(), maxDelayMs: z.int().optional(), maxAgeMs: z.int().optional(), maxAttempts: z.int().nullable().optional() })),
  /** As the token map has them: variables by their names, and `***` for what may be secret. */
  options: z.record(z.string(), z.unknown()),
  /** Whether the provider can report results by a signed callback: whether there is a secret for it. */
  callbacks: z.boolean(),
  /** The provider that is called, and how it stands now; null: none is. */
  dependency: DependencySchema.pick({ name: true, breaker: true, failure: true, openUntil: true, throttledUntil: true, paused: true }).nullable(),
});
export type InstalledProductTypeAnswer = z.infer<typeof InstalledProductTypeSchema>;

export const InstalledProductTypesSchema = z.object({ items: z.array(InstalledProductTypeSchema) });
