import { PUBLICATION_FAILURE_KINDS, PUBLICATION_OUTCOMES, PUBLICATION_STATUSES } from '#catalog';
import { z } from 'zod';
import { longCursor } from '../courses/position-cursor.js';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { text } from '../text.schema.js';

/** More modes than an LMS has. */
const MOST_REMOVED = 50;

export const PublicationQuery = z.strictObject({ status: z.enum(PUBLICATION_STATUSES).optional(), ...pageQuery, cursor: longCursor });
export type PublicationQuery = z.infer<typeof PublicationQuery>;

/** The body of `POST /v1/publications/{courseId}/republish`. */
export const RepublishBody = z
  .strictObject({
    reason: text(500),
    remove: z.array(text(100)).max(MOST_REMOVED, `must be at most ${MOST_REMOVED} modes`).optional().describe('Modes that the LMS alone has, and that it may lose: names of `extraModes`. Every other mode stays there.'),
  })
  .meta({ id: 'Republication' });
export type RepublishBody = z.infer<typeof RepublishBody>;

const ExtraMode = z.object({ mode: z.string(), price: z.number().describe('In whole major units: as the LMS has it.'), currency: z.string() });

export const PublicationSchema = z.object({
  courseId: z.string(),
  status: z
    .enum(PUBLICATION_STATUSES)
    .describe('`waiting`: tried by itself. `publishing`: under way. `failed`: waits for another change, or for an operator. `confirm_required`: the LMS has modes that are not sold here, and a publication would remove them.'),
  wantedVersion: z.int().describe('The version of the course that the LMS shall know.'),
  publishedVersion: z.int().nullable().describe('The one that it knows; null: none.'),
  publishedAt: instant.nullable(),
  requestedAt: instant,
  requestedBy: z.string(),
  reason: z.string().nullable().describe("An operator's. Null where a change of the course asked for it."),
  waitingSince: instant.nullable().describe('Since when the LMS lacks something.'),
  nextAttemptAt: instant.nullable().describe('Of a published course: when it is looked at once more, because an older call may still arrive at the LMS.'),
  tries: z.int().describe('Since the newest request.'),
  failure: z.object({ kind: z.enum(PUBLICATION_FAILURE_KINDS), detail: z.string().describe("The LMS's own words, where it gave any."), httpStatus: z.int().nullable() }).nullable(),
  extraModes: z.array(ExtraMode).describe('What the LMS alone had when it was last looked at, and nobody had confirmed to remove.'),
  removableModes: z.array(z.string()).describe('Confirmed to be removed from the LMS, and not removed yet.'),
});

const AttemptSchema = z.object({
  version: z.int(),
  startedAt: instant,
  endedAt: instant.nullable(),
  outcome: z.enum(PUBLICATION_OUTCOMES).describe('`unchanged`: the LMS had everything already. `unknown`: it may have arrived.'),
  httpStatus: z.int().nullable(),
  detail: z.string().nullable(),
  requestedBy: z.string(),
  reason: z.string().nullable(),
  removedModes: z.array(z.string()).describe('Modes that the LMS lost with it; where the outcome is `unknown`, may have lost.'),
});

const RequestSchema = z.object({ at: instant, actor: z.string(), reason: z.string(), removableModes: z.array(z.string()) });

export const PublicationPageSchema = z.object({ items: z.array(PublicationSchema), nextCursor: z.string().nullable() });
export const PublicationDetailSchema = PublicationSchema.extend({
  attempts: z.array(AttemptSchema).describe('Newest first, at most 20.'),
  requests: z.array(RequestSchema).describe('What operators wanted, and why. Newest first, at most 20.'),
});
