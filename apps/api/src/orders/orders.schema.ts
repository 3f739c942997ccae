import { FAILURE_KINDS, LINE_STATUSES, ORDER_STATUSES } from '#orders';
import { REFUND_STATUSES } from '#refunds';
import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { email, sku, text, username } from '../text.schema.js';

const failure = z.object({ kind: z.enum(FAILURE_KINDS), detail: z.string(), passing: z.boolean() }).nullable();

const LineSchema = z.object({
  id: z.uuid(),
  sku: z.string(),
  productType: z.string(),
  title: z.string(),
  quantity: z.int(),
  unitPriceMinor: z.int(),
  status: z.enum(LINE_STATUSES),
  attempts: z.int(),
  failure,
  nextAttemptAt: instant.nullable(),
  receipt: z.string().nullable(),
  acceptedUntil: instant.nullable().describe('While its provider has accepted it for later: until when it is waited for.'),
});

const ActionSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('redirect'), url: z.url() }),
    z.object({ type: z.literal('stripe'), clientSecret: z.string(), publishableKey: z.string() }),
  ])
  .nullable()
  .describe('What the browser of the buyer does next. Only in the answer that starts a payment, for the learner and for who placed the order.');

const PaymentOfOrderSchema = z.object({
  processor: z.string(),
  reference: z.string().nullable(),
  status: z.enum(['pending', 'settled']),
  expiresAt: instant.nullable().describe('While the order waits for its money: until when.'),
  action: ActionSchema.optional(),
  declined: z.string().nullable().optional().describe("Why the last try was declined, in the gateway's words."),
  problem: z.string().nullable().optional().describe('What keeps it from being paid, and what to do about that.'),
});

export const OrderSchema = z.object({
  number: z.string(),
  status: z.enum(ORDER_STATUSES),
  currency: z.string(),
  totalMinor: z.int(),
  placedAt: instant,
  learner: z.object({ username: z.string(), email: z.string().nullable() }),
  payment: PaymentOfOrderSchema,
  lines: z.array(LineSchema),
});

const AttemptSchema = z.object({
  startedAt: instant,
  endedAt: instant.nullable(),
  durationMs: z.int().nullable(),
  purpose: z.enum(['deliver', 'revoke', 'verify']),
  outcome: z.enum(['pending', 'fulfilled', 'accepted', 'revoked', 'failed', 'unknown']),
  httpStatus: z.int().nullable(),
  requestedBy: z.string(),
  detail: z.string().nullable(),
});

const HistorySchema = z.object({
  at: instant,
  actor: z.string(),
  event: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  reason: z.string().nullable(),
  lineId: z.string().nullable(),
  /** What was changed by hand: the old and the new value of each field. Null for learners. */
  change: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })).nullable(),
});

const LineDetailSchema = LineSchema.extend({
  paidAt: instant.nullable(),
  heldAt: instant.nullable(),
  givenUpAt: instant.nullable(),
  courseId: z.string().nullable(),
  attemptLog: z.array(AttemptSchema),
});

export const OrderDetailSchema = OrderSchema.extend({
  lines: z.array(LineDetailSchema),
  history: z.array(HistorySchema),
});

/** What `GET /v1/orders/{number}` says besides. */
export const OrderWithRefundsSchema = OrderDetailSchema.extend({
  refunds: z.array(z.object({ number: z.string(), status: z.enum(REFUND_STATUSES), amountMinor: z.int() })).describe('The oldest first.'),
});

export const OrderPageSchema = z.object({ items: z.array(OrderSchema), nextCursor: z.string().nullable() });

/** What an operator must say with whatever he does. */
export const ReasonBody = z.strictObject({ reason: text(500) }).meta({ id: 'Reason' });
export type ReasonBody = z.infer<typeof ReasonBody>;

export const LineId = z.uuid('must be the id of a line').toLowerCase();

export const RevokeBody = z
  .strictObject({ reason: text(500), lineIds: z.array(LineId).min(1, 'must name a line, or be left out: then all are meant').max(100, 'must name at most 100 lines').optional() })
  .meta({ id: 'Revoke' });
export type RevokeBody = z.infer<typeof RevokeBody>;

/** What an operator says when he decides about one line. `force`: whatever the provider says. It makes no difference to a hold. */
export const LineBody = z.strictObject({ reason: text(500), force: z.boolean().default(false) }).meta({ id: 'LineDecision' });
export type LineBody = z.infer<typeof LineBody>;

/** How an order is sent again. `refreshDetails`: by the products' details of today. `learner`: whom it should have been for. */
export const ResubmitBody = z
  .strictObject({ reason: text(500), refreshDetails: z.boolean().default(false), learner: z.strictObject({ username, email: email.optional() }).optional() })
  .meta({ id: 'Resubmit' });
export type ResubmitBody = z.infer<typeof ResubmitBody>;

/** The filters of `GET /v1/orders`; all that are given must hold. */
export const OrderQuery = z.strictObject({
  status: z.enum(ORDER_STATUSES).optional(),
  failureKind: z.enum(FAILURE_KINDS).optional(),
  sku: sku.optional(),
  learner: username.optional(),
  placedAfter: instant.optional(),
  placedBefore: instant.optional(),
  ...pageQuery,
});
export type OrderQuery = z.infer<typeof OrderQuery>;

export const OrderNumber = z.string().regex(/^[A-Za-z0-9-]{1,40}$/, 'must be an order number, such as OF-100001');

