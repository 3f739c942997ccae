import { z } from 'zod';
import { FaultSchema } from '../faults/fault.schema.js';
import { SeedSchema } from '../world/seed.js';

const LONGEST_OUTAGE_MS = 86_400_000;

/** A course id has no blanks: one in a query is a plus sign that was not percent-encoded. */
const courseIdOfQuery = z.string().transform((text) => text.replaceAll(' ', '+'));

/** What each route of the control API takes. Unknown keys are refused everywhere. */
export const ControlInput = {
  faults: z.array(FaultSchema),
  fault: FaultSchema,
  outage: z.strictObject({ durationMs: z.number().int().min(1).max(LONGEST_OUTAGE_MS).optional() }),
  ledgerFilter: z.strictObject({
    user: z.string().optional(),
    courseId: courseIdOfQuery.optional(),
    method: z.string().optional(),
    afterSeq: z.coerce.number().int().min(0).optional(),
  }),
  enrollmentFilter: z.strictObject({ user: z.string().optional(), courseId: courseIdOfQuery.optional() }),
  entitlementFilter: z.strictObject({ user: z.string().optional() }),
  seed: SeedSchema,
  clock: z.strictObject({ offsetMs: z.number().int().min(-1e14).max(1e14) }),
  rateLimits: z.strictObject({ enabled: z.boolean() }),
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
