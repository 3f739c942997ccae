import { z } from 'zod';

const LONGEST_MS = 3_600_000;
const MOST_BYTES = 1_073_741_824;

const durationMs = z.number().int().min(0).max(LONGEST_MS);
const answer = {
  status: z.number().int().min(200).max(599),
  /** A string is sent as it is, anything else as JSON. Left out: what the LMS, or the proxy before it, would say. */
  body: z.json().optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n]*$/)).optional(),
};

/** Which calls a fault meets. A part left out meets every call. */
const which = {
  /** How many calls it meets before it is gone. Left out: every call until it is mended. */
  times: z.number().int().min(1).optional(),
  method: z.string().toUpperCase().optional(),
  /** The beginning of the path, percent-decoded. */
  path: z.string().startsWith('/').optional(),
  user: z.string().optional(),
  courseId: z.string().optional(),
};

/** One way for the LMS to fail. README.md says what each kind does. */
export const FaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: durationMs, ...which }),
  z.strictObject({ kind: z.literal('status'), ...answer, ...which }),
  z.strictObject({ kind: z.literal('status_after'), ...answer, ...which }),
  z.strictObject({ kind: z.literal('reset_before'), ...which }),
  z.strictObject({ kind: z.literal('reset_after'), ...which }),
  z.strictObject({ kind: z.literal('hang_before'), ...which }),
  z.strictObject({ kind: z.literal('hang_after'), ...which }),
  z.strictObject({ kind: z.literal('null_body'), ...which }),
  z.strictObject({ kind: z.literal('garbage'), ...which }),
  z.strictObject({ kind: z.literal('slow_drip'), ms: durationMs, ...which }),
  z.strictObject({ kind: z.literal('redirect'), location: z.string().regex(/^[^\r\n]+$/), ...which }),
  z.strictObject({ kind: z.literal('huge_body'), bytes: z.number().int().min(1).max(MOST_BYTES), ...which }),
]);
export type Fault = z.infer<typeof FaultSchema>;
