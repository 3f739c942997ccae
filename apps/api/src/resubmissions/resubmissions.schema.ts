import { FAILURE_KINDS, LINE_RESULTS, LINE_STATUSES, SKIP_REASONS } from '#orders';
import { z } from 'zod';
import { courseId, failureKindFilter, productType } from '../failures/failures.schema.js';
import { instant } from '../instant.schema.js';
import { OrderNumber } from '../orders/orders.schema.js';
import { pageQuery } from '../page.schema.js';
import { sku, text, username } from '../text.schema.js';

/** Which lines; all that is given must hold. Instants are half open: from `paidAfter`, before `paidBefore`. */
const Filter = z.strictObject({
  failureKind: failureKindFilter.optional(),
  productType: productType.optional(),
  courseId: courseId.optional(),
  sku: sku.optional(),
  learner: username.optional(),
  orderNumber: OrderNumber.optional(),
  status: z.enum(['waiting', 'failed']).optional(),
  paidBefore: instant.optional(),
  paidAfter: instant.optional(),
  givenUp: z.boolean().default(false).describe('Only lines that were given up; they are left alone otherwise.'),
});
export type Filter = z.infer<typeof Filter>;

/** The body of `POST /v1/resubmissions`. */
export const ResubmissionBody = z
  .strictObject({
    filter: Filter,
    reason: text(500),
    dryRun: z.boolean().default(false).describe('Tell what would be sent, and write nothing.'),
    confirm: z.boolean().default(false).describe('An empty filter is meant.'),
    refreshDetails: z.boolean().default(false).describe("Deliver by the products' details of today, so that a repaired product can be delivered."),
  })
  .meta({ id: 'Resubmission' });
export type ResubmissionBody = z.infer<typeof ResubmissionBody>;

export const ResubmissionId = z.uuid('must be the id of a resubmission');
export const ResubmissionListQuery = z.strictObject(pageQuery);
export type ResubmissionListQuery = z.infer<typeof ResubmissionListQuery>;
export const ResubmissionQuery = z.strictObject({ ...pageQuery, result: z.enum(LINE_RESULTS).optional() });
export type ResubmissionQuery = z.infer<typeof ResubmissionQuery>;

const failure = z.object({ kind: z.enum(FAILURE_KINDS), detail: z.string() }).nullable();
const CountSchema = z.object({ count: z.int(), atLeast: z.boolean().describe('There are more: counted no further than 100,000.') });

export const DryRunSchema = z.object({
  dryRun: z.literal(true),
  matches: CountSchema,
  held: CountSchema.describe('Lines that are left out because an operator holds them.'),
  sample: z.array(
    z.object({
      orderNumber: z.string(),
      lineId: z.uuid(),
      sku: z.string(),
      productType: z.string(),
      courseId: z.string().nullable(),
      status: z.enum(['waiting', 'failed']),
      failure,
      paidAt: instant,
    }),
  ),
});

export const OperationSchema = z.object({
  id: z.uuid(),
  actor: z.string(),
  reason: z.string(),
  filter: z.record(z.string(), z.unknown()).describe('As it was asked for.'),
  refreshDetails: z.boolean(),
  lineCount: z.int(),
  createdAt: instant,
});

const LineSchema = z.object({
  lineId: z.uuid(),
  orderNumber: z.string(),
  learner: z.string(),
  sku: z.string(),
  productType: z.string(),
  courseId: z.string().nullable(),
  result: z.enum(LINE_RESULTS).describe('`waiting`: for its turn. `running`: its attempt is under way. `waitingAgain`: its turn did not deliver it, and it is retried by itself.'),
  skipped: z.enum(SKIP_REASONS).nullable().describe('Why it was left alone in its turn.'),
  status: z.enum(LINE_STATUSES).describe('How the line stands now.'),
  failure,
  nextAttemptAt: instant.nullable(),
});

export const OperationPageSchema = z.object({ items: z.array(OperationSchema), nextCursor: z.string().nullable() });
export const OperationDetailSchema = OperationSchema.extend({
  progress: z.object(Object.fromEntries(LINE_RESULTS.map((result) => [result, z.int()]))).describe('Lines by result. What was left unfinished counts by how it stands now.'),
  done: z.boolean().describe('No line waits for its turn, and none is being delivered in it. What waits again is one of the retries.'),
  lines: z.object({ items: z.array(LineSchema), nextCursor: z.string().nullable() }),
});
