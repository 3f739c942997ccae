import { FAILURE_KINDS } from '#orders';
import { ACCESS_TERMS, REFUND_ORIGINS, REFUND_STATUSES } from '#refunds';
import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { LineId, OrderNumber } from '../orders/orders.schema.js';
import { pageQuery } from '../page.schema.js';
import { text, username } from '../text.schema.js';

export const RefundNumber = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'must be the number of a refund, such as RF-100001');

const lineIds = z.array(LineId).min(1, 'must name a line, or be left out').max(100, 'must name at most 100 lines');
const access = z.enum(ACCESS_TERMS).describe('`revoke`: taken back by us. `keep`: the learner keeps it. `caller`: whoever asks takes it back himself, and the provider is not called.');

/** The body of `POST /v1/refunds`. */
export const RefundBody = z
  .strictObject({
    orderNumber: OrderNumber,
    lineIds: lineIds.optional().describe('Left out: all lines that were not taken back; or none, where an amount is named.'),
    amountMinor: z.int().min(0).optional().describe('Staff only. Left out: the price of the named lines, or what remains.'),
    access: access.optional().describe('Staff only. Left out: revoke; keep, where an amount is named and no line.'),
    reason: text(500),
  })
  .meta({ id: 'RefundRequest' });
export type RefundBody = z.infer<typeof RefundBody>;

/** The body of `POST /v1/refunds/{number}/approve`. */
export const ApproveBody = z
  .strictObject({ reason: text(500), access: access.optional(), lineIds: lineIds.optional().describe('For a refund that names no lines: which are taken back. One that names lines takes those: others are refused.') })
  .meta({ id: 'RefundApproval' });
export type ApproveBody = z.infer<typeof ApproveBody>;

/** The body of `POST /v1/refunds/{number}/retry`. */
export const RetryBody = z
  .strictObject({
    reason: text(500),
    access: access.optional().describe('Left out: it is tried again as before. keep: the access that could not be taken back stays.'),
    acceptReturned: z.literal(true).optional().describe('Where the gateway returned less than it was asked for: that is the refund, and the rest may be returned by another one.'),
  })
  .meta({ id: 'RefundRetry' });
export type RetryBody = z.infer<typeof RetryBody>;

/** The filters of `GET /v1/refunds`; all that are given must hold. */
export const RefundQuery = z.strictObject({
  status: z.enum(REFUND_STATUSES).optional(),
  origin: z.enum(REFUND_ORIGINS).optional(),
  orderNumber: OrderNumber.optional(),
  learner: username.optional(),
  failed: z.enum(['true', 'false']).transform((value) => value === 'true').optional().describe('Whether it waits for an operator to have it tried again.'),
  ...pageQuery,
});
export type RefundQuery = z.infer<typeof RefundQuery>;

const staff = 'Null for learners.';

export const RefundSchema = z.object({
  number: z.string(),
  orderNumber: z.string(),
  learner: z.string().describe('By his user name.'),
  origin: z.enum(REFUND_ORIGINS).describe("`gateway`: made in the gateway's own console. `dispute`: the buyer's bank took the money. `late`: of money that opened no order."),
  status: z.enum(REFUND_STATUSES).describe('First the money, then the access. `money_error` and `access_error` wait for an operator; everything else that is not over goes on by itself, but for `requested`.'),
  amountMinor: z.int(),
  currency: z.string(),
  access: z.enum(ACCESS_TERMS),
  lines: z.array(z.object({ lineId: z.uuid(), amountMinor: z.int() })).describe('What is taken back.'),
  requestedBy: z.string().describe('For learners: their own name, or `staff`.'),
  reason: z.string().nullable().describe('Null for learners, where somebody else asked.'),
  decidedBy: z.string().nullable().describe('For learners: `staff`.'),
  decisionReason: z.string().nullable().describe(staff),
  moneyIsBack: z.boolean().describe('The money came back to us after all, so that it counts as returned no more.'),
  reference: z.string().nullable().describe(`What the gateway calls it. ${staff}`),
  accessNote: z.string().nullable().describe(`Why some access stayed. ${staff}`),
  failure: z.object({ kind: z.enum(FAILURE_KINDS), detail: z.string() }).nullable().describe(staff),
  attempts: z.int().describe('Of the half that is under way.'),
  nextAttemptAt: instant.nullable(),
  createdAt: instant,
  decidedAt: instant.nullable(),
  moneyAt: instant.nullable().describe('When the money had gone back.'),
  completedAt: instant.nullable(),
});

const AttemptSchema = z.object({
  half: z.enum(['money', 'access']),
  requestedBy: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  outcome: z.enum(['pending', 'done', 'waiting', 'failed', 'unknown']).describe('`waiting`: the gateway has taken it on, or a line was not free. `unknown`: it may have taken effect.'),
  detail: z.string().nullable(),
});

export const RefundDetailSchema = RefundSchema.extend({ attemptLog: z.array(AttemptSchema).nullable().describe(`The oldest first. ${staff}`) });
export const RefundPageSchema = z.object({ items: z.array(RefundSchema), nextCursor: z.string().nullable() });
