import { z } from 'zod';

/** No part is a dot or two: proxies would take it for a step in a path. */
const PART = String.raw`(?!\.{1,2}(?:[+/]|$))[\p{L}\p{N}_.~:-]+`;
const COURSE_KEY = new RegExp(String.raw`^(?:course-v1:${PART}\+${PART}\+${PART}|${PART}/${PART}/${PART})$`, 'u');

const Fields = z.strictObject({
  courseId: z
    .string({ error: 'must be the key of a course run, e.g. course-v1:AcmeX+BIO1+2026' })
    .max(255, 'must have at most 255 characters')
    .regex(COURSE_KEY, 'must be the key of a course run, e.g. course-v1:AcmeX+BIO1+2026'),
  mode: z
    .string({ error: 'must be the slug of a course mode, e.g. verified' })
    .regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be the slug of a course mode, e.g. verified'),
  creditProvider: z
    .string({ error: 'must be the id of a credit provider' })
    .regex(/^[^\s\p{C}]{1,255}$/u, 'must be the id of a credit provider')
    .optional(),
});

/** A place in a course run, in one mode. `creditProvider` is there when, and only when, the mode is `credit`. */
export const SeatSchema = Fields.refine(({ mode, creditProvider }) => (mode === 'credit') === (creditProvider !== undefined), {
  path: ['creditProvider'],
  error: 'is needed for the mode credit, and belongs to no other',
  // Also when another field is wrong: every wrong field is named at once.
  when: ({ value }) => typeof value === 'object' && value !== null,
});

export type Seat = Readonly<z.infer<typeof SeatSchema>>;
