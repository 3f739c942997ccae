import { INBOX_STATUSES } from '#payments';
import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { text } from '../text.schema.js';

export const PaymentEventId = z.uuid('must be the id of a payment event').toLowerCase();

/** The filters of `GET /v1/payment-events`; all that are given must hold. */
export const PaymentEventQuery = z.strictObject({ status: z.enum(INBOX_STATUSES).optional(), processor: text(64).optional(), type: text(255).optional(), orderNumber: text(64).optional(), ...pageQuery });
export type PaymentEventQuery = z.infer<typeof PaymentEventQuery>;

/** The body of `POST /v1/payment-events/{id}/replay`. */
export const ReplayBody = z.strictObject({ reason: text(500) }).meta({ id: 'PaymentEventReplay' });
export type ReplayBody = z.infer<typeof ReplayBody>;

/** The body of `POST /v1/payment-events/{id}/dismiss`. */
export const DismissalBody = z.strictObject({ reason: text(500) }).meta({ id: 'PaymentEventDismissal' });
export type DismissalBody = z.infer<typeof DismissalBody>;

export const PaymentEventSchema = z.object({
  id: z.uuid(),
  processor: z.string(),
  eventId: z.string().describe("The gateway's."),
  type: z.string().describe("The gateway's word for it."),
  status: z.enum(INBOX_STATUSES).describe('`received`: looked at by itself, now or later. `processed`: its payment was read back. `ignored`: of a kind that is none of ours, or dismissed by an operator. `parked`: it could not be dealt with, and waits for an operator.'),
  detail: z.string().nullable().describe('What came of it, or why not. The first line tells who had it replayed last, the last line who dismissed it.'),
  paymentId: z.string().nullable().describe('As the event names it, like the next three.'),
  paymentReference: z.string().nullable(),
  captureReference: z.string().nullable(),
  orderNumber: z.string().nullable(),
  attempts: z.int().describe('Since it was received or last replayed.'),
  deliveries: z.int().describe('How often the gateway has sent it.'),
  receivedAt: instant,
  processedAt: instant.nullable(),
  nextAttemptAt: instant.nullable().describe('When it is looked at again; while somebody does, when he is given up.'),
});

export const PaymentEventDetailSchema = PaymentEventSchema.extend({ body: z.string().describe('As the gateway sent it, byte for byte. Empty where it was dealt with too long ago: PAYMENT_EVENT_BODY_DAYS.') });
export const PaymentEventPageSchema = z.object({ items: z.array(PaymentEventSchema), nextCursor: z.string().nullable() });
