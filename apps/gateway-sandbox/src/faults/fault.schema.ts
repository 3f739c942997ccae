import { z } from 'zod';

const LONGEST_MS = 3_600_000;

const answer = {
  status: z.number().int().min(200).max(599),
  /** A string is sent as it is, anything else as JSON. Left out: what a proxy before the gateway would say. */
  body: z.json().optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[^\r\n]*$/)).optional(),
};

/** Which calls a fault meets. A part left out meets every call. */
const which = {
  /** How many calls it meets before it is gone. Left out: every call until it is mended. */
  times: z.number().int().min(1).optional(),
  method: z.string().toUpperCase().optional(),
  /** The whole path; `*` stands for one piece of it, `**` for any number. */
  path: z.string().startsWith('/').optional(),
};

/** One way for a gateway to fail. README.md says what each kind does. */
export const FaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('latency'), ms: z.number().int().min(0).max(LONGEST_MS), ...which }),
  /** `kept`: the gateway's own doing, which its idempotency key is answered with from then on. Else somebody before it says so. */
  z.strictObject({ kind: z.literal('status'), kept: z.boolean().optional(), ...answer, ...which }),
  z.strictObject({ kind: z.literal('status_after'), kept: z.boolean().optional(), ...answer, ...which }),
  z.strictObject({ kind: z.literal('reset_before'), ...which }),
  z.strictObject({ kind: z.literal('reset_after'), ...which }),
  z.strictObject({ kind: z.literal('hang_before'), ...which }),
  z.strictObject({ kind: z.literal('hang_after'), ...which }),
  z.strictObject({ kind: z.literal('error_body'), ...which }),
  z.strictObject({ kind: z.literal('null_body'), ...which }),
  z.strictObject({ kind: z.literal('truncated'), ...which }),
]);
export type Fault = z.infer<typeof FaultSchema>;
