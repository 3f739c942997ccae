import { CODE_STATUSES } from '#codes';
import { z } from 'zod';
import { longCursor } from '../courses/position-cursor.js';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { email, username } from '../text.schema.js';

/** The body of a redemption; none at all does as well. */
export const RedemptionBody = z
  .strictObject({ learner: z.strictObject({ username, email: email.optional() }).optional().describe('Whom to enroll; the caller himself when left out. Only staff may name somebody else.') })
  .meta({ id: 'Redemption' })
  .nullish();
export type RedemptionBody = z.infer<typeof RedemptionBody>;

export const OrderCodesQuery = z.strictObject({ limit: pageQuery.limit, cursor: longCursor });
export type OrderCodesQuery = z.infer<typeof OrderCodesQuery>;

const CodeSchema = z.object({
  code: z.string(),
  status: z.enum(CODE_STATUSES).describe('`issued` can be redeemed; `voided` was taken back with its purchase.'),
  courseId: z.string(),
  mode: z.string(),
  lineId: z.uuid(),
  issuedAt: instant,
  expiresAt: instant,
  redeemedAt: instant.nullable(),
  redeemedBy: z.string().nullable(),
  redemptionOrderNumber: z.string().nullable(),
  voidedAt: instant.nullable(),
});

export const CodePageSchema = z.object({ items: z.array(CodeSchema), nextCursor: z.string().nullable() });
