import { isUtf8 } from 'node:buffer';
import Stripe from 'stripe';
import { z } from 'zod';
import { type WebhookDelivery, type WebhookEvent, WebhookRefusedError, type WebhookSubject } from '../contract/webhook-event.js';
import { jsonIn } from '../gateway-calls/json-in.js';
import { marksOf } from './stripe.reading.js';

/** Stripe signs each delivery anew, so a repeated one is as young as the first. */
const TOLERANCE_MS = 5 * 60 * 1_000;
/** Room for a dozen signatures: while a secret is rolled there are two. */
const LONGEST_HEADER = 1_024;
const TIME = /^t=(\d{1,11})$/;
const SIGNATURE = /^v1=[0-9a-f]{64}$/;

const Id = z.string().min(1).max(255);
const Subject = z.object({
  id: Id,
  payment_intent: Id.nullish().catch(null),
  charge: Id.nullish().catch(null),
  metadata: z.record(z.string(), z.string()).nullish().catch(null),
});
type SubjectObject = z.infer<typeof Subject>;
const Event = z.object({ id: Id, object: z.literal('event'), type: z.string().min(1).max(255), data: z.object({ object: z.unknown() }) });

/** By the beginning of an event's type, what its object says of a payment. The first that fits counts. */
const SUBJECTS: readonly (readonly [beginning: string, read: (object: SubjectObject) => WebhookSubject])[] = [
  ['payment_intent.', ({ id, metadata }) => ({ reference: id, captureReference: null, ...marksOf(metadata ?? {}) })],
  ['charge.dispute.', ({ payment_intent, charge }) => ({ ...NOTHING, reference: payment_intent ?? null, captureReference: charge ?? null })],
  ['charge.refund.', ({ payment_intent, charge }) => ({ ...NOTHING, reference: payment_intent ?? null, captureReference: charge ?? null })],
  ['refund.', ({ payment_intent, charge }) => ({ ...NOTHING, reference: payment_intent ?? null, captureReference: charge ?? null })],
  ['charge.', ({ id, payment_intent, metadata }) => ({ reference: payment_intent ?? null, captureReference: id, ...marksOf(metadata ?? {}) })],
];
const NOTHING: WebhookSubject = { reference: null, captureReference: null, paymentId: null, orderNumber: null };

/** @throws {WebhookRefusedError} */
export function readStripeEvent({ body, headers, nowMs }: WebhookDelivery, secrets: readonly string[]): WebhookEvent {
  const sentAtMs = signedAtMs(body, headers['stripe-signature'], secrets);
  if (Math.abs(nowMs - sentAtMs) > TOLERANCE_MS) throw new WebhookRefusedError('signature_stale', 'The signature is more than five minutes from now: it is old, or a clock is wrong.');
  const { success, data: event } = Event.safeParse(jsonIn(body.toString('utf8')));
  if (!success) throw new WebhookRefusedError('unreadable', 'It is signed, and no event of Stripe.');
  const { id: eventId, type, data } = event;
  return { eventId, type, subject: subjectOf(type, data.object) };
}

/** When it was signed, by one of the secrets. The SDK compares in constant time; what is in the header is judged here, because the SDK takes nearly anything. */
function signedAtMs(body: Buffer, header: unknown, secrets: readonly string[]): number {
  if (typeof header !== 'string' || header === '') throw new WebhookRefusedError('signature_missing', 'There is no Stripe-Signature.');
  const parts = header.length > LONGEST_HEADER ? [] : header.split(',').map((part) => part.trim());
  const times = parts.flatMap((part) => TIME.exec(part)?.[1] ?? []);
  const signatures = parts.filter((part) => SIGNATURE.test(part));
  const [time] = times;
  if (time === undefined || times.length > 1 || signatures.length === 0) throw new WebhookRefusedError('signature_wrong', 'Stripe-Signature is not t=… and v1=….');
  const plain = [`t=${time}`, ...signatures].join(',');
  // The SDK signs the text of a body: with other bytes than those of a text, two bodies would have one signature.
  if (!isUtf8(body) || !secrets.some((secret) => isSigned(body, plain, secret))) throw new WebhookRefusedError('signature_wrong', 'No signature is by a secret that is known here.');
  return Number(time) * 1_000;
}

function isSigned(body: Buffer, header: string, secret: string): boolean {
  const { signature } = Stripe.webhooks;
  if (signature === null) throw new Error('The SDK of Stripe cannot judge signatures.');
  try {
    // 0: the time is judged by the caller, who knows what time it is, and sees the future too.
    return signature.verifyHeader(body, header, secret, 0);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

function subjectOf(type: string, object: unknown): WebhookSubject | null {
  const [, read] = SUBJECTS.find(([beginning]) => type.startsWith(beginning)) ?? [];
  const { data } = Subject.safeParse(object);
  const subject = data && read?.(data);
  return subject && Object.values(subject).some((name) => name !== null) ? subject : null;
}
