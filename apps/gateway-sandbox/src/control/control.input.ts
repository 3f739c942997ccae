import { z } from 'zod';
import { FaultSchema } from '../faults/fault.schema.js';

const MOST_REPEATS = 1000;
const LONGEST_MS = 60_000;

const amountMinor = z.number().int().min(1).optional();
const address = z.httpUrl().or(z.url({ protocol: /^https?$/ })).nullable();
const whole = (least: number, most: number): z.ZodNumber => z.number().int().min(least).max(most);
const sending = { repeat: whole(1, MOST_REPEATS).default(1), delayMs: whole(0, LONGEST_MS).default(0), atOnce: z.boolean().default(false) };

/** What each route of the control API takes. Unknown keys are refused everywhere. */
export const ControlInput = {
  faults: z.array(FaultSchema),
  fault: FaultSchema,
  ways: z.strictObject({ refunds: z.enum(['succeed', 'pending']).optional(), captures: z.enum(['complete', 'pending']).optional() }),
  webhooks: z.strictObject({
    mode: z.enum(['deliver', 'hold']).optional(),
    stripeUrl: address.optional(),
    paypalUrl: address.optional(),
    stripeSecrets: z.array(z.string().min(1)).min(1).optional(),
    retryDelaysMs: z.array(whole(0, LONGEST_MS)).optional(),
  }),
  release: z.strictObject({ order: z.enum(['in', 'reversed', 'random']).default('in'), seed: z.number().int().default(1), ...sending }),
  send: z.strictObject({ ...sending, spoil: z.enum(['wrong_signature', 'stale', 'no_signature', 'truncated']).optional() }),
  eventFilter: z.strictObject({ state: z.string().optional(), payment: z.string().optional() }),
  ledgerFilter: z.strictObject({ method: z.string().optional(), path: z.string().optional(), afterSeq: z.coerce.number().int().min(0).optional() }),
  refund: z.strictObject({ amountMinor }),
  dispute: z.strictObject({ amountMinor, reason: z.string().min(1).optional() }),
  close: z.strictObject({ outcome: z.enum(['won', 'lost']) }),
  failure: z.strictObject({ reason: z.string().min(1).default('expired_or_canceled_card') }),
  nothing: z.strictObject({}),
} as const;

/** The caller of the control API sent something that does not fit. The message names every wrong field. */
export class ControlInputError extends Error {
  override readonly name = 'ControlInputError';
}

/** @throws {ControlInputError} when it does not fit. No body at all reads as an empty object. */
export function readInput<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  throw new ControlInputError(problems.join('; '));
}
