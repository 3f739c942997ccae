import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { type WebhookDelivery, type WebhookEvent, WebhookRefusedError, type WebhookSubject } from '../contract/webhook-event.js';
import { jsonIn } from '../gateway-calls/json-in.js';
import type { PayPalCertificates } from './paypal.certificates.js';
import { Id, marksOf } from './paypal.reading.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/**
 * PayPal repeats a delivery for 3 days, and the time of its transmission stays that of the first try: a shorter tolerance would lose every event that met
 * us out of order. Nobody gains by an old one that is posted again: an event counts once, by its identifier, and is but a reason to read back.
 */
const OLDEST_MS = 4 * DAY_MS;
const YOUNGEST_MS = 5 * 60 * 1_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LONGEST_HEADER = 1_024;
const HEADERS = ['paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig', 'paypal-cert-url', 'paypal-auth-algo'] as const;

const Text = z.string().nullish().catch(null);
const Reference = Id.nullish().catch(null);
const Resource = z.object({
  id: Reference,
  custom_id: Text,
  invoice_id: Text,
  purchase_units: z.array(z.object({ custom_id: Text, invoice_id: Text })).nullish().catch(null),
  supplementary_data: z.object({ related_ids: z.object({ order_id: Reference }) }).nullish().catch(null),
  links: z.array(z.object({ rel: Text, href: Text })).nullish().catch(null),
  disputed_transactions: z.array(z.object({ seller_transaction_id: Reference, custom: Text, invoice_number: Text })).nullish().catch(null),
});
type Resource = z.infer<typeof Resource>;
const Event = z.object({ id: z.string().min(1).max(255), event_type: z.string().min(1).max(255), resource: z.unknown() });

const NOTHING: WebhookSubject = { reference: null, captureReference: null, paymentId: null, orderNumber: null };
const CAPTURE_PATH = /\/captures\/([\w.-]{1,127})$/;

/** By the form of an event's type, what its resource says of a payment. The first that fits counts. A refund's own identifier is that of our refund, and of no payment. */
const SUBJECTS: readonly (readonly [types: RegExp, read: (resource: Resource) => WebhookSubject])[] = [
  [/^CHECKOUT\.ORDER\./, ({ id, purchase_units: units }) => ({ ...NOTHING, reference: id ?? null, ...marksOf(units?.[0]?.custom_id, units?.[0]?.invoice_id) })],
  [/^PAYMENT\.(CAPTURE\.(REFUNDED|REVERSED)$|REFUND\.)/, ({ links }) => ({ ...NOTHING, captureReference: captureIn(links) })],
  [
    /^PAYMENT\.CAPTURE\./,
    ({ id, custom_id, invoice_id, supplementary_data: related }) => ({ reference: related?.related_ids.order_id ?? null, captureReference: id ?? null, ...marksOf(custom_id, invoice_id) }),
  ],
  [
    /^CUSTOMER\.DISPUTE\./,
    ({ disputed_transactions: disputed }) => ({ ...NOTHING, captureReference: disputed?.[0]?.seller_transaction_id ?? null, ...marksOf(disputed?.[0]?.custom, disputed?.[0]?.invoice_number) }),
  ],
];

/** @throws {WebhookRefusedError | GatewayFailure} the latter when PayPal's certificate could not be had. */
export async function readPayPalEvent({ body, headers, nowMs, signal }: WebhookDelivery, webhookId: string, certificates: PayPalCertificates): Promise<WebhookEvent> {
  const [id, time, signature, url, algorithm] = HEADERS.map((name) => only(headers, name));
  if (!id || !time || !signature || !url || !algorithm) throw new WebhookRefusedError('signature_missing', 'One of the five PAYPAL headers is missing, or there twice.');
  if (algorithm !== 'SHA256withRSA' || !TIME.test(time) || !BASE64.test(signature)) throw new WebhookRefusedError('signature_wrong', 'The PAYPAL headers are not of the form that they must have.');
  // What follows costs a call: what is too old anyway is not worth it, and there is nothing secret in it that an answer could tell.
  const ageMs = nowMs - Date.parse(time);
  if (!(ageMs <= OLDEST_MS && -ageMs <= YOUNGEST_MS)) throw new WebhookRefusedError('signature_stale', 'PAYPAL-TRANSMISSION-TIME is more than four days ago, or in the future.');
  const certificate = await certificates.at(url, signal);
  const signed = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
  const { validFrom, validTo, publicKey } = certificate;
  const isValid = Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo) && publicKey.asymmetricKeyType === 'rsa';
  if (!isValid || !verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64'))) throw new WebhookRefusedError('signature_wrong', 'PayPal has not signed this for our webhook.');
  return eventIn(body);
}

function eventIn(body: Buffer): WebhookEvent {
  const { success, data } = Event.safeParse(jsonIn(body.toString('utf8')));
  if (!success) throw new WebhookRefusedError('unreadable', 'It is signed, and no event of PayPal.');
  const { id: eventId, event_type: type, resource } = data;
  const [, read] = SUBJECTS.find(([types]) => types.test(type)) ?? [];
  const { data: about } = Resource.safeParse(resource);
  const subject = about && read?.(about);
  return { eventId, type, subject: subject && Object.values(subject).some((name) => name !== null) ? subject : null };
}

/** Node joins a repeated header with a comma and a space, which none of them holds. */
function only(headers: WebhookDelivery['headers'], name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value.length <= LONGEST_HEADER && !value.includes(', ') ? value : null;
}

function captureIn(links: Resource['links']): string | null {
  const up = links?.find(({ rel }) => rel === 'up')?.href;
  return CAPTURE_PATH.exec(up ?? '')?.[1] ?? null;
}
