import { createHmac, randomBytes } from 'node:crypto';
import { type ReceivedWebhook, WebhookSignatureError, isWebhookSecret, signWebhook, verifyWebhook } from './standard-webhooks.js';

const NOW_MS = 1_614_265_330_000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const BODY = '{"test": 2432232314}';
const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampS: NOW_MS / 1_000, body: BODY, secret: SECRET };

function judged(changes: Record<string, string | string[] | undefined> = {}, rest: Partial<ReceivedWebhook> = {}) {
  return verifyWebhook({ headers: { ...signWebhook(MESSAGE), ...changes }, body: BODY, secrets: [SECRET], nowMs: NOW_MS, ...rest });
}

/** Signed as a sender would who keeps no rules. */
function signedAnyhow(id: string, timestamp: string) {
  const key = Buffer.from(SECRET.slice(6), 'base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${BODY}`).digest('base64')}` };
}

it('signs as the published example of the specification does', () => {
  expect(signWebhook(MESSAGE)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('believes what it signed, and tells its identifier, with a body of text or of bytes', () => {
  expect(judged()).toEqual({ id: MESSAGE.id });
  expect(judged({}, { body: Buffer.from(BODY) })).toEqual({ id: MESSAGE.id });
});

it('signs bytes that are no text', () => {
  const body = Buffer.from([0xff, 0x00, 0xfe]);
  const headers = { ...signWebhook({ ...MESSAGE, body }) };
  expect(judged(headers, { body })).toEqual({ id: MESSAGE.id });
  expect(() => judged(headers, { body: Buffer.from([0xfd, 0x00, 0xfe]) })).toThrow(WebhookSignatureError);
});

describe('while a secret is changed', () => {
  it('believes a message by the old or by the new secret', () => {
    const byOther = { ...signWebhook({ ...MESSAGE, secret: OTHER }) };
    expect(judged({}, { secrets: [OTHER, SECRET] })).toEqual({ id: MESSAGE.id });
    expect(judged(byOther, { secrets: [OTHER, SECRET] })).toEqual({ id: MESSAGE.id });
    expect(() => judged(byOther)).toThrow(WebhookSignatureError);
  });

  it('believes a message that carries both signatures, and others of versions it does not know', () => {
    const [one, other] = [signWebhook({ ...MESSAGE, secret: OTHER }), signWebhook(MESSAGE)].map((headers) => headers['webhook-signature']);
    expect(judged({ 'webhook-signature': `v1a,AAAA ${one} ${other} v2,x` })).toEqual({ id: MESSAGE.id });
  });

  it('believes nobody when there is no secret', () => {
    expect(() => judged({}, { secrets: [] })).toThrow(WebhookSignatureError);
  });
});

describe('the time of a message', () => {
  it.each([0, 299_999, 300_000, -300_000])('holds %i ms after it was signed', (ageMs) => {
    expect(judged({}, { nowMs: NOW_MS + ageMs })).toEqual({ id: MESSAGE.id });
  });

  it.each([
    [300_001, /past/],
    [-300_001, /future/],
  ])('no longer holds %i ms after it was signed', (ageMs, words) => {
    expect(() => judged({}, { nowMs: NOW_MS + ageMs })).toThrow(words);
  });

  it('goes by the tolerance that is asked for', () => {
    expect(judged({}, { nowMs: NOW_MS + 600_000, toleranceMs: 600_000 })).toEqual({ id: MESSAGE.id });
    expect(() => judged({}, { nowMs: NOW_MS + 1, toleranceMs: 0 })).toThrow(/past/);
  });

  it('cannot be made fresh by whoever has an old signature', () => {
    expect(() => judged({ 'webhook-timestamp': '1614265331' }, { nowMs: NOW_MS + 1_000 })).toThrow(/no signature/);
  });
});

describe('refuses', () => {
  const { 'webhook-signature': SIGNATURE } = signWebhook(MESSAGE);

  it.each([
    ['another body', {}, { body: `${BODY} ` }],
    ['another identifier', { 'webhook-id': 'msg_other' }, {}],
    ['an identifier that is missing', { 'webhook-id': undefined }, {}],
    ['a time that is missing', { 'webhook-timestamp': undefined }, {}],
    ['a signature that is missing', { 'webhook-signature': undefined }, {}],
    ['an empty signature', { 'webhook-signature': '' }, {}],
    ['two identifiers', { 'webhook-id': `${MESSAGE.id}, ${MESSAGE.id}` }, {}],
    ['two times', { 'webhook-timestamp': ['1614265330', '1614265330'] }, {}],
    ['two signature headers', { 'webhook-signature': `${SIGNATURE}, ${SIGNATURE}` }, {}],
    ['a signature of another version', { 'webhook-signature': SIGNATURE.replace('v1,', 'v2,') }, {}],
    ['a signature without its version', { 'webhook-signature': SIGNATURE.slice(3) }, {}],
    ['a signature cut short', { 'webhook-signature': SIGNATURE.slice(0, -1) }, {}],
    ['garbage', { 'webhook-signature': '\u0000é , ,v1 v1, =' }, {}],
    ['a hundred signatures', { 'webhook-signature': `${'v1,AAAA '.repeat(200)}${SIGNATURE}` }, {}],
    ['a very long signature', { 'webhook-signature': `v1,${'A'.repeat(1_000_000)}` }, {}],
    ['a very long identifier', { ...signedAnyhow('i'.repeat(257), '1614265330') }, {}],
    ['an identifier with a full stop', { ...signedAnyhow('msg.1', '1614265330') }, {}],
    ['an identifier with a space', { ...signedAnyhow('msg 1', '1614265330') }, {}],
    ['a time with a fraction', { ...signedAnyhow('msg', '1614265330.0') }, {}],
    ['a time in another notation', { ...signedAnyhow('msg', '1.614265330e9') }, {}],
    ['a negative time', { ...signedAnyhow('msg', '-1614265330') }, {}],
    ['a time of a thousand digits', { ...signedAnyhow('msg', '1'.repeat(1_000)) }, {}],
  ])('%s', (_, headers, rest) => {
    expect(() => judged(headers, rest)).toThrow(WebhookSignatureError);
  });

  it('with words that show nothing of what came', () => {
    expect(() => judged({ 'webhook-signature': 'v1,c2VjcmV0' })).toThrow(/^The signature of the webhook does not hold: no signature in webhook-signature is by a secret known here\.$/);
  });
});

describe('a secret', () => {
  it.each([24, 32, 63, 64])('may have %i bytes', (length) => {
    expect(isWebhookSecret(`whsec_${randomBytes(length).toString('base64')}`)).toBe(true);
  });

  it.each([
    ['without its prefix', SECRET.slice(6)],
    ['too short', `whsec_${randomBytes(23).toString('base64')}`],
    ['too long', `whsec_${randomBytes(65).toString('base64')}`],
    ['without its padding', OTHER.slice(0, -1)],
    ['in base64url', `whsec_${Buffer.alloc(24, 0xff).toString('base64url')}`],
    ['with a space', `${SECRET} `],
    ['with a line end', `${SECRET}\n`],
    ['empty', 'whsec_'],
    ['a key pair', `whsk_${randomBytes(32).toString('base64')}`],
    ['endless', `whsec_${'A'.repeat(1_000_000)}`],
  ])('is none when it is %s', (_, text) => {
    expect(isWebhookSecret(text)).toBe(false);
  });

  it('of the wrong form is a mistake of ours, and is not shown', () => {
    const wrong = 'whsec_notlongenough';
    expect(() => signWebhook({ ...MESSAGE, secret: wrong })).toThrow(RangeError);
    expect(() => judged({}, { secrets: [SECRET, wrong] })).toThrow(RangeError);
    expect(() => signWebhook({ ...MESSAGE, secret: wrong })).not.toThrow(/notlongenough/);
  });
});

it.each([
  ['identifier', { id: '' }],
  ['identifier', { id: 'a.b' }],
  ['identifier', { id: 'a\r\nb' }],
  ['time', { timestampS: 1.5 }],
  ['time', { timestampS: -1 }],
  ['time', { timestampS: NaN }],
])('does not sign a message with a wrong %s', (_, wrong) => {
  expect(() => signWebhook({ ...MESSAGE, ...wrong })).toThrow(RangeError);
});
