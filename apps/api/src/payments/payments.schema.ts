import { PARKED_CAUSES, PAYMENT_STATUSES } from '#payments';
import { FAILURE_KINDS } from '#orders';
import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { text } from '../text.schema.js';
import { OrderNumber } from '../orders/orders.schema.js';

const processor = text(64);

/** The body of `POST /v1/orders/{number}/payment/start`; there may be none. */
export const PaymentStartBody = z.strictObject({ processor: processor.optional().describe('By which gateway. As before when left out; by another one, the payment that could be made is called off first.') }).prefault({}).meta({ id: 'PaymentStart' });
export type PaymentStartBody = z.infer<typeof PaymentStartBody>;

/** The body of `POST /v1/orders/{number}/payment/cancel`; there may be none. */
export const PaymentCancelBody = z.strictObject({ reason: text(500).optional() }).prefault({}).meta({ id: 'PaymentCancellation' });
export type PaymentCancelBody = z.infer<typeof PaymentCancelBody>;

/** The body of `POST /v1/orders/{number}/payment/settle`. */
export const InvoiceSettlementBody = z
  .strictObject({ reference: text(200).describe('What it was paid by: the number of a bank transfer, or of a cheque.'), reason: text(500) })
  .meta({ id: 'InvoiceSettlement' });
export type InvoiceSettlementBody = z.infer<typeof InvoiceSettlementBody>;

export const PaymentId = z.uuid('must be the id of a payment').toLowerCase();

/** The filters of `GET /v1/payments`; all that are given must hold. */
export const PaymentQuery = z.strictObject({
  parked: z.enum(['ask', 'refund', 'done']).optional(),
  processor: processor.optional(),
  status: z.enum(PAYMENT_STATUSES).optional(),
  failing: z.literal('true', 'must be true, or be left out').transform(() => true as const).optional(),
  owed: z.literal('true', 'must be true, or be left out').transform(() => true as const).optional(),
  orderNumber: OrderNumber.optional(),
  ...pageQuery,
});
export type PaymentQuery = z.infer<typeof PaymentQuery>;

export const PaymentSchema = z.object({
  id: z.uuid().describe('The idempotency key towards the gateway.'),
  orderNumber: z.string(),
  processor: z.string(),
  status: z
    .enum(PAYMENT_STATUSES)
    .describe('`created`: written, and nobody knows whether its gateway has heard of it. `started`: the gateway waits for the buyer. `captured`: the money was taken, or is owed. `failed`: it can no longer be made.'),
  amountMinor: z.int(),
  currency: z.string(),
  reference: z.string().nullable().describe('What the gateway calls it.'),
  captureReference: z.string().nullable().describe('What the gateway calls the money that it took, where that is something else.'),
  capturedMinor: z.int().describe('What the gateway took, or what is owed.'),
  capturedCurrency: z.string().nullable(),
  refundedMinor: z.int(),
  reservedMinor: z.int().describe('On its way back.'),
  declined: z.string().nullable().describe("Why its last try was declined, in the gateway's words."),
  openedOrder: z.boolean().describe('Its money opened the order.'),
  parked: z
    .object({ cause: z.enum(PARKED_CAUSES), action: z.enum(['ask', 'refund', 'done']) })
    .nullable()
    .describe('Why its money did not open the order, and what becomes of it: `ask` waits for an operator, `refund` goes back by itself, `done` is decided.'),
  owed: z.boolean().describe('It was delivered on trust, by an invoice.'),
  owedSettledAt: instant.nullable(),
  failure: z.object({ kind: z.enum(FAILURE_KINDS), detail: z.string() }).nullable().describe('Why the gateway could not be asked when it was last to be.'),
  createdAt: instant,
  capturedAt: instant.nullable(),
});

export const PaymentPageSchema = z.object({ items: z.array(PaymentSchema), nextCursor: z.string().nullable() });
