import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signWebhook } from '@order-fulfillment/fulfiller-kit';
import type { ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const [OLD, NEW, STRANGE] = [secret(), secret(), secret()];

/** Accepts everything for later. Its provider is this test: it reports what came of a line, or `verify` finds that it is done. */
const PLUG_IN = `
import { existsSync } from 'node:fs';
export default class Courier {
  static manifest = { name: 'courier', contractVersion: 1, capabilities: { asynchronous: true }, options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } } };
  static register({ token, options }) {
    const done = ({ idempotencyKey }) => existsSync(options.folder + '/' + idempotencyKey);
    const fulfiller = {
      parseDetails: (raw) => raw,
      fulfill: async ({ idempotencyKey }) => ({ reference: 'parcel ' + idempotencyKey.slice(-4), verifyAfterMs: options.verifyAfterMs, deadlineMs: options.deadlineMs }),
      verify: async (request) => (done(request) ? { reference: 'signed for' } : null),
      revoke: async () => {},
    };
    return { module: Courier, providers: [{ provide: token, useValue: fulfiller }], exports: [token] };
  }
}`;

let shop: Shop;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'callbacks-'));
  await writeFile(join(folder, 'courier.mjs'), PLUG_IN);
  const entry = (verifyAfterMs: number, deadlineMs: number, more = '') => `{ fulfiller: ./courier.mjs, repeatable: true, options: { folder: "${folder}", verifyAfterMs: ${verifyAfterMs}, deadlineMs: ${deadlineMs} }${more} }`;
  const secrets = `, callbackSecrets: ["${OLD}", "\${COURIER_SECRET}"]`;
  const tokenMap = join(folder, 'product-types.yaml');
  await writeFile(tokenMap, `seat: { fulfiller: enrollment }\nparcel: ${entry(3_600_000, 7_200_000, secrets)}\nletter: ${entry(1_000, 3_600_000)}\nballoon: ${entry(1_000, 1_000)}\n`);
  shop = await openShop({ env: { PRODUCT_TYPES_FILE: tokenMap, COURIER_SECRET: NEW } });
  for (const [type, sku] of [['parcel', 'PARCEL'], ['letter', 'LETTER'], ['balloon', 'BALLOON']]) {
    await shop.sql(
      `with p as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), $1, 'Sent', '{}', now(), now()) returning id)
       insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select $2, id, 100, 'USD', now(), now() from p`,
      [type, sku],
    );
  }
}, 60_000);
afterAll(async () => {
  await shop.close();
  await rm(folder, { recursive: true });
});

const nowS = () => Math.floor(Date.now() / 1_000);
const DONE = { result: 'fulfilled', reference: 'signed for by Ann' };

/** What a provider sends, and its answer. */
async function report(lineKey: string, message: unknown, { path = `/v1/fulfillments/${lineKey}/result`, id = `msg_${randomUUID()}`,  by = NEW, timestampS = nowS(), headers = {}, sent = undefined as string | undefined } = {}) {
  const body = typeof message === 'string' ? message : JSON.stringify(Array.isArray(message) ? message : { lineKey, ...(message as object) });
  const response = await fetch(`${shop.api.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...signWebhook({ id, timestampS, body, secret: by }), ...headers }, body: sent ?? body });
  return { status: response.status, body: (await response.json()) as ProblemBody & { outcome?: string } };
}

async function sold(sku: string) {
  const { username } = await shop.learner();
  const { body: order } = await shop.sell(username, [sku]);
  const [line] = order.lines;
  if (!line) throw new Error('An order has lines.');
  return { number: order.number, order, line };
}

describe('a line that its provider accepts for later', () => {
  it('is an answer at once, and is complete when the provider reports so', async () => {
    const { number, order, line } = await sold('PARCEL');
    expect([order.status, line.status, line.failure]).toEqual(['open', 'accepted', null]);
    expect(line).toMatchObject({ acceptedUntil: expect.any(String), nextAttemptAt: expect.any(String) });
    expect(await report(line.id, DONE)).toEqual({ status: 200, body: { outcome: 'applied' } });
    expect(await report(line.id, DONE)).toEqual({ status: 200, body: { outcome: 'known' } });
    const after = await shop.order(number);
    expect([after.status, after.lines[0]]).toEqual(['complete', expect.objectContaining({ status: 'fulfilled', receipt: 'signed for by Ann', acceptedUntil: null })]);
  });

  it('fails when the provider reports so, with its words, and a new message by the other secret counts as well', async () => {
    const { number, line } = await sold('PARCEL');
    expect((await report(line.id, { result: 'failed', detail: 'Nobody was at home.' }, { by: OLD })).body).toEqual({ outcome: 'applied' });
    expect((await shop.order(number)).lines[0]).toMatchObject({ status: 'failed', failure: { kind: 'rejected', detail: 'Nobody was at home.' } });
    expect((await report(line.id, DONE)).body).toEqual({ outcome: 'applied' });
    expect((await shop.order(number)).status).toBe('complete');
    const { status, body } = await report(line.id, { result: 'failed', detail: 'No.' });
    expect([status, body.code]).toEqual([409, 'result_contradicted']);
  });

  it('is found by the worker, or fails at its deadline with a cause, and a resubmission looks', async () => {
    const letter = await sold('LETTER');
    const balloon = await sold('BALLOON');
    const resent = await shop.resubmit(letter.number);
    expect(resent.body.lines[0]).toMatchObject({ status: 'accepted', attempts: 1 });
    await writeFile(join(folder, letter.line.id), '');
    const worker = await shop.startWorker();
    const bothEnded = async () => (await shop.order(letter.number)).status !== 'open' && (await shop.order(balloon.number)).status !== 'open';
    await until('the worker has looked', bothEnded, PATIENT_MS);
    const [found, lost] = [await shop.order(letter.number), await shop.order(balloon.number)];
    expect([found.status, found.lines[0]?.receipt]).toEqual(['complete', 'signed for']);
    expect([lost.status, lost.lines[0]?.status, lost.lines[0]?.failure?.kind]).toEqual(['fulfillment_error', 'failed', 'timeout']);
    await worker.stop();
  });
});

describe('a reported result is refused', () => {
  const refused = async (lineKey: string, options: Parameters<typeof report>[2], message: unknown = DONE) => {
    const { status, body } = await report(lineKey, message, options);
    return [status, body.code];
  };

  it('alike for a wrong signature, an old or future message, other bytes, a type without secrets and a line that is not there', async () => {
    const { number, line } = await sold('PARCEL');
    const letter = await sold('LETTER');
    const unsigned = [401, 'callback_unsigned'];
    expect(await refused(line.id, { by: STRANGE })).toEqual(unsigned);
    expect(await refused(line.id, { timestampS: nowS() - 600 })).toEqual(unsigned);
    expect(await refused(line.id, { timestampS: nowS() + 600 })).toEqual(unsigned);
    expect(await refused(line.id, { sent: JSON.stringify({ ...DONE, reference: 'forged' }) })).toEqual(unsigned);
    expect(await refused(line.id, { headers: { 'webhook-signature': '' } })).toEqual(unsigned);
    expect(await refused(line.id, { headers: { authorization: `JWT ${shop.staff}`, 'webhook-signature': 'v1,AAAA' } })).toEqual(unsigned);
    expect(await refused(letter.line.id, {})).toEqual(unsigned);
    expect(await refused(randomUUID(), {})).toEqual(unsigned);
    expect(await refused('not-a-key', {})).toEqual(unsigned);
    expect((await shop.order(number)).lines[0]?.status).toBe('accepted');
    expect(shop.api.output()).not.toContain(NEW.slice(6));
  });

  it.each([
    ['', 'invalid_json'],
    ['{"result":', 'invalid_json'],
    [[], 'invalid_request'],
    [{}, 'invalid_request'],
    [{ result: 'maybe' }, 'invalid_request'],
    [{ result: 'fulfilled' }, 'invalid_request'],
    [{ result: 'fulfilled', reference: '' }, 'invalid_request'],
    [{ result: 'fulfilled', reference: 7 }, 'invalid_request'],
    [{ result: 'fulfilled', reference: 'x'.repeat(501) }, 'invalid_request'],
    [{ result: 'fulfilled', reference: 'a\0b' }, 'invalid_request'],
    [{ result: 'failed', reference: 'x' }, 'invalid_request'],
  ])('when it has the wrong form: %j', async (message, code) => {
    const { number, line } = await sold('PARCEL');
    expect(await refused(line.id, {}, message)).toEqual([400, code]);
    expect((await shop.order(number)).lines[0]?.status).toBe('accepted');
  });

  it('over the bytes that came, however its path is written (fails when the path decides whether they are kept)', async () => {
    const { line } = await sold('PARCEL');
    const path = `/v1/%66ulfillments/${line.id.toUpperCase()}/result/`;
    const overNothing = signWebhook({ id: 'msg_empty', timestampS: nowS(), body: '', secret: NEW });
    expect(await refused(line.id, { path, headers: { ...overNothing } })).toEqual([401, 'callback_unsigned']);
    expect((await report(line.id, DONE, { path })).body).toEqual({ outcome: 'applied' });
  });

  it('when it is about another line, and when it was told before', async () => {
    const [one, other] = [await sold('PARCEL'), await sold('PARCEL')];
    expect(await refused(other.line.id, {}, { ...DONE, lineKey: one.line.id })).toEqual([400, 'invalid_request']);
    expect((await shop.order(other.number)).lines[0]?.status).toBe('accepted');
    const refusal = { result: 'failed', detail: 'Nobody was at home.' };
    expect((await report(one.line.id, refusal, { id: 'msg_first' })).body).toEqual({ outcome: 'applied' });
    await shop.resubmit(one.number);
    expect((await report(one.line.id, refusal, { id: 'msg_first' })).body).toEqual({ outcome: 'known' });
  });

  it('when it is too large', async () => {
    const { line } = await sold('PARCEL');
    expect(await refused(line.id, {}, { ...DONE, more: 'x'.repeat(300_000) })).toEqual([413, 'body_too_large']);
  });

  it('not when a hundred of them come at once: the line ends once', async () => {
    const { number, line } = await sold('PARCEL');
    const answers = await Promise.all(Array.from({ length: 100 }, () => report(line.id, DONE)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { history, status } = (await shop.ask<{ history: { event: string }[]; status: string }>('GET', `/v1/orders/${number}`, { token: shop.staff })).body;
    expect([status, history.filter(({ event }) => event === 'fulfil').length]).toEqual(['complete', 1]);
  });
});

describe('taking back', () => {
  const revoke = (number: string, body: object = { reason: 'refunded' }) => shop.ask<{ status: string; code: string; lines: { id: string; status: string }[] }>('POST', `/v1/orders/${number}/revoke`, { token: shop.staff, body });

  it('ends access of a delivered order at the LMS', async () => {
    const { username } = await shop.learner();
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED']);
    const { body } = await revoke(order.number);
    expect([body.status, body.lines[0]?.status]).toEqual(['refunded', 'revoked']);
    expect((await revoke(order.number)).body.code).toBe('nothing_to_revoke');
  });

  it('takes the named lines only, and refuses those that are none of the order', async () => {
    const { username } = await shop.learner();
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED']);
    const { body } = await revoke(order.number, { reason: 'one of two', lineIds: [order.lines[1]?.id] });
    expect([body.status, body.lines.map(({ status }) => status)]).toEqual(['complete', ['fulfilled', 'revoked']]);
    expect((await revoke(order.number, { reason: 'x', lineIds: [randomUUID()] })).body.code).toBe('line_not_found');
    expect((await revoke(order.number, { reason: 'x', lineIds: [] })).status).toBe(400);
    expect((await revoke(order.number, {})).status).toBe(400);
  });

  it('waits for a provider that has accepted a line', async () => {
    const { number } = await sold('PARCEL');
    const { status, body } = await revoke(number);
    expect([status, body.code]).toEqual([409, 'line_accepted']);
  });

  it('is for staff', async () => {
    const { username, token } = await shop.learner();
    const { body: order } = await shop.sell(username, ['BIO_AUDIT']);
    expect((await shop.ask('POST', `/v1/orders/${order.number}/revoke`, { token, body: { reason: 'mine' } })).status).toBe(403);
  });
});
