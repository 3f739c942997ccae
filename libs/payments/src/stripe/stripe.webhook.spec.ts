import { WebhookRefusedError } from '../contract/webhook-event.js';
import { readStripeEvent } from './stripe.webhook.js';
import { signedDelivery } from './stub-stripe.js';

const SECRET = 'whsec_spec';
const NOW_S = 1_790_000_000;
const PAYMENT_ID = '7d3f9f4e-5f0a-4c07-9d54-0f2b0f9f6a11';
const MARKS = { payment_id: PAYMENT_ID, order_number: 'OF-1' };

const event = (type: string, object: unknown) => JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });

function read(body: string, { sentAtS = NOW_S, secrets = [SECRET], headers = {} }: { sentAtS?: number; secrets?: string[]; headers?: Record<string, string> } = {}) {
  const delivery = signedDelivery(body, SECRET, sentAtS);
  return readStripeEvent({ body: delivery.body, headers: { ...delivery.headers, ...headers }, nowMs: NOW_S * 1_000, signal: new AbortController().signal }, secrets);
}

function whyOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof WebhookRefusedError) return thrown.why;
    throw thrown;
  }
  return 'believed';
}

it.each([
  ['payment_intent.succeeded', { id: 'pi_1', metadata: MARKS }, { reference: 'pi_1', captureReference: null, paymentId: PAYMENT_ID, orderNumber: 'OF-1' }],
  ['charge.refunded', { id: 'ch_1', payment_intent: 'pi_1', metadata: MARKS }, { reference: 'pi_1', captureReference: 'ch_1', paymentId: PAYMENT_ID, orderNumber: 'OF-1' }],
  ['charge.succeeded', { id: 'ch_1', payment_intent: null, metadata: null }, { reference: null, captureReference: 'ch_1', paymentId: null, orderNumber: null }],
  ['refund.updated', { id: 're_1', payment_intent: 'pi_1', charge: 'ch_1', metadata: { refund_id: 'x' } }, { reference: 'pi_1', captureReference: 'ch_1', paymentId: null, orderNumber: null }],
  ['charge.refund.updated', { id: 're_1', payment_intent: 'pi_1', charge: null }, { reference: 'pi_1', captureReference: null, paymentId: null, orderNumber: null }],
  ['charge.dispute.created', { id: 'du_1', payment_intent: 'pi_1', charge: 'ch_1' }, { reference: 'pi_1', captureReference: 'ch_1', paymentId: null, orderNumber: null }],
  ['payment_intent.created', { id: 'pi_1', metadata: { payment_id: "' or 1=1" } }, { reference: 'pi_1', captureReference: null, paymentId: null, orderNumber: null }],
])('reads which payment %s is about', (type, object, subject) => {
  expect(read(event(type, object))).toEqual({ eventId: 'evt_1', type, subject });
});

it.each([
  ['customer.created', { id: 'cus_1' }],
  ['payout.paid', { id: 'po_1', charge: 'ch_1' }],
  ['refund.created', { id: 're_1' }],
  ['payment_intent.succeeded', null],
  ['payment_intent.succeeded', { id: 7 }],
])('has no subject for %s with %j', (type, object) => {
  expect(read(event(type, object))).toEqual({ eventId: 'evt_1', type, subject: null });
});

it.each([
  [0, 'believed'],
  [300, 'believed'],
  [-300, 'believed'],
  [301, 'signature_stale'],
  [-301, 'signature_stale'],
  [86_400, 'signature_stale'],
])('of an event that was signed %d s ago: %s', (ageS, why) => {
  expect(whyOf(() => read(event('payment_intent.succeeded', {}), { sentAtS: NOW_S - ageS }))).toBe(why);
});

it('believes each of its secrets', () => {
  expect(whyOf(() => read(event('x', {}), { secrets: ['whsec_other', SECRET] }))).toBe('believed');
  expect(whyOf(() => read(event('x', {}), { secrets: ['whsec_other', 'whsec_more'] }))).toBe('signature_wrong');
});

describe('a header', () => {
  const body = event('x', {});
  const right = signedDelivery(body, SECRET, NOW_S).headers['stripe-signature'] ?? '';
  const signature = right.split('v1=')[1] ?? '';

  it.each([
    [`${right},v0=${'0'.repeat(64)}`, 'believed'],
    [`t=${NOW_S},v1=${'0'.repeat(64)},v1=${signature}`, 'believed'],
    [`t=${NOW_S}, v1=${signature}`, 'believed'],
    [`t=${NOW_S},v1=`, 'signature_wrong'],
    [`t=${NOW_S}`, 'signature_wrong'],
    [`v1=${signature}`, 'signature_wrong'],
    [`t=${NOW_S},t=${NOW_S - 1_000},v1=${signature}`, 'signature_wrong'],
    [`t=${NOW_S}x,v1=${signature}`, 'signature_wrong'],
    [`t=${NOW_S},v1=${signature.toUpperCase()}`, 'signature_wrong'],
    [`t=${NOW_S},v0=${signature}`, 'signature_wrong'],
    [`t=${NOW_S - 1},v1=${signature}`, 'signature_wrong'],
    [right + ','.repeat(1_024), 'signature_wrong'],
    ['', 'signature_missing'],
  ])('of %s is %s', (header, why) => {
    expect(whyOf(() => read(body, { headers: { 'stripe-signature': header } }))).toBe(why);
  });
});

it.each(['', 'null', '[]', '{"id":"evt_1"}', '{"id":"","object":"event","type":"x","data":{"object":{}}}', `{"id":"${'e'.repeat(256)}","object":"event","type":"x","data":{"object":{}}}`, '{"object":"v2.core.event","id":"evt_1","type":"x"}', '\uFEFF{}'])(
  'reads no event out of %j, although it is signed',
  (body) => {
    expect(whyOf(() => read(body))).toMatch(/^(unreadable|signature_wrong)$/);
  },
);

it('believes no bytes that are no text, because another text would have their signature', () => {
  const { headers } = signedDelivery('{"x":"\uFFFD"}', SECRET, NOW_S);
  const body = Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  expect(whyOf(() => readStripeEvent({ body, headers, nowMs: NOW_S * 1_000, signal: new AbortController().signal }, [SECRET]))).toBe('signature_wrong');
});
