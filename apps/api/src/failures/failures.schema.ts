import { AGE_BUCKETS, FAILURE_KINDS } from '#orders';
import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { text } from '../text.schema.js';

/** `none`: not tried yet. */
export const failureKindFilter = z.enum([...FAILURE_KINDS, 'none']);
export const productType = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a product type: lower case letters, digits and - only');
export const courseId = text(255);

/** The filters of `GET /v1/operations/failures`; all that are given must hold. */
export const FailuresQuery = z.strictObject({ failureKind: failureKindFilter.optional(), productType: productType.optional(), courseId: courseId.optional() });
export type FailuresQuery = z.infer<typeof FailuresQuery>;

const CountsSchema = z.object({
  count: z.int(),
  waiting: z.int(),
  failed: z.int(),
  held: z.int().describe('Among both. Held lines are neither retried nor resubmitted.'),
  givenUp: z.int().describe('Among both. Given-up lines are resubmitted only where that is asked for.'),
  oldestPaidAt: instant.nullable(),
});

const GroupSchema = CountsSchema.extend({
  failureKind: z.enum(FAILURE_KINDS).nullable().describe('Null: not tried yet.'),
  productType: z.string(),
  courseId: z.string().nullable(),
  age: z.enum(AGE_BUCKETS).describe('Since it was paid.'),
});

export const FailureBoardSchema = z.object({
  groups: z.array(GroupSchema).describe('Those with most lines first, at most 500.'),
  moreGroups: z.boolean(),
  totals: CountsSchema.describe('Over all groups, also those that are not shown.'),
  inDelivery: z.int().describe('Lines that are being worked on just now. They are in no group.'),
});
