import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { ask, tokenOf, type ProblemBody } from '../support/api-client.js';
import { runOps } from '../support/ops.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { PATIENT_MS, until } from '../support/until.js';

const SECRET = 'whsec_of_the_tests';
const NEXT_SECRET = 'whsec_that_comes_next';
const FORMER_SECRET = 'whsec_that_was_dropped';
const PATH = '/v1/payments/stripe/webhook';
const nowS = () => Math.floor(Date.now() / 1_000);

let shop: GatewayShop;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhooks-'));
  const map = join(folder, 'payment-processors.yaml');
  await writeFile(
    map,
    `stripe: { processor: stripe, options: { secretKey: "\${STRIPE_SECRET_KEY}", publishableKey: pk_test, apiUrl: "\${GATEWAY_URL}", webhookSecrets: ["\${STRIPE_WEBHOOK_SECRET}", "\${NEXT_SECRET}"] } }
paypal: { processor: paypal, options: { clientId: "\${PAYPAL_CLIENT_ID}", clientSecret: "\${PAYPAL_CLIENT_SECRET}", webhookId: "\${PAYPAL_WEBHOOK_ID}", apiUrl: "\${GATEWAY_URL}", returnUrl: "https://shop.example.com/{orderNumber}/paid", cancelUrl: "https://shop.example.com/{orderNumber}/given-up" } }
`,
  );
  shop = await openShop({ gateway: true, env: { PAYMENT_PROCESSORS_FILE: map, NEXT_SECRET, METRICS_PORT: '0' } });
  await shop.gateway.control.hold();
}, 90_000);
afterAll(async () => {
  await shop.close();
  await rm(folder, { recursive: true });
});

interface Sending {
  readonly secret?: string;
  readonly atS?: number;
  readonly url?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of what was signed. */
  readonly sent?: string | Buffer;
}

/** What Stripe posts, signed as its SDK signs. */
async function post(payload: string, { secret = SECRET, atS = nowS(), url = shop.api.url, path = PATH, headers = {}, sent = payload }: Sending = {}) {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: atS });
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'stripe-signature': signature, ...headers }, body: typeof sent === 'string' ? sent : new Uint8Array(sent) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as ProblemBody & { received?: boolean } };
}

/** An event of Stripe about a payment intent. */
function event(object: Readonly<Record<string, unknown>> = {}, { id = `evt_${randomUUID()}`, type = 'payment_intent.succeeded', ...more }: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ id, object: 'event', type, created: nowS(), ...more, data: { object: { id: `pi_${randomUUID()}`, object: 'payment_intent', ...object } } });
}

const idOf = (payload: string) => (JSON.parse(payload) as { id: string }).id;
const rowsOf = (payload: string) => shop.sql<{ id: string; status: string; body: string; deliveries: number; detail: string | null }>(`select * from payment_event where event_id = $1`, [idOf(payload)]);
const count = async () => (await shop.sql<{ n: number }>(`select count(*)::int as n from payment_event`))[0]?.n;

describe('a webhook', () => {
  it('is on record as it came when it is answered, for staff alone', async () => {
    const payload = `${event({ description: 'Zoë \u{1F600}' })}\n`;
    const { status, body } = await post(payload);
    expect([status, body]).toEqual([200, { received: true }]);
    const [row] = await rowsOf(payload);
    expect(row).toMatchObject({ status: 'received', deliveries: 1, body: payload });
    const path = `/v1/payment-events/${String(row?.id)}`;
    expect((await shop.ask('GET', path, { token: shop.staff })).body).toMatchObject({ eventId: idOf(payload), processor: 'stripe', type: 'payment_intent.succeeded', status: 'received', body: payload });
    const learner = await tokenOf('curious');
    expect([(await shop.ask('GET', path)).status, (await shop.ask('GET', path, { token: learner })).status, (await shop.ask('GET', '/v1/payment-events', { token: learner })).status]).toEqual([401, 403, 403]);
  });

  it.each(['application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', 'no type at all', ''])('is taken whatever it calls itself: %p', async (type) => {
    const payload = event();
    expect((await post(payload, { headers: { 'content-type': type } })).status).toBe(200);
    expect((await rowsOf(payload))[0]?.body).toBe(payload);
  });

  it('is one event when it is repeated a hundred times at once, and every one is answered', async () => {
    const payload = event();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(payload)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(await rowsOf(payload)).toEqual([expect.objectContaining({ deliveries: 100 })]);
  });

  it('is kept and not looked at when its kind is none of ours, or names what PostgreSQL does not take', async () => {
    const payloads = [event({}, { type: 'payout.paid' }), event({}, { type: 'pay\0out' })];
    for (const payload of payloads) {
      expect((await post(payload)).status).toBe(200);
      expect((await rowsOf(payload))[0]?.status).toBe('ignored');
    }
  });

  it('is kept, however often it comes, where it names an order by more than anybody would: and is parked', async () => {
    const payload = event({ id: null, metadata: { order_number: randomBytes(30_000).toString('hex') } });
    expect([(await post(payload)).status, (await post(payload)).status]).toEqual([200, 200]);
    expect(await rowsOf(payload)).toMatchObject([{ deliveries: 2 }]);
  });

  it('may be larger than what is taken elsewhere, up to a megabyte', async () => {
    const payload = event({ metadata: { long: 'x'.repeat(900_000) } });
    expect((await post(payload)).status).toBe(200);
    expect((await rowsOf(payload))[0]?.body).toHaveLength(payload.length);
  });

  it('counts by the next secret as well while one is changed for the other', async () => {
    expect([(await post(event(), { secret: NEXT_SECRET })).status, (await post(event(), { secret: FORMER_SECRET })).status]).toEqual([200, 400]);
  });
});

describe('nothing is kept', () => {
  let before: number | undefined;
  beforeEach(async () => {
    before = await count();
  });
  afterEach(async () => expect(await count()).toBe(before));

  it.each<[string, Sending]>([
    ['signature_wrong', { secret: FORMER_SECRET }],
    ['signature_stale', { atS: nowS() - 600 }],
    ['signature_stale', { atS: nowS() + 600 }],
    ['signature_wrong', { sent: event().slice(0, -10) }],
    ['signature_wrong', { sent: '' }],
    ['signature_wrong', { headers: { 'stripe-signature': 't=1,v1=00' } }],
    ['signature_missing', { headers: { 'stripe-signature': '' } }],
  ])('of what is not proven (%s): 400, and it is counted', async (why, sending) => {
    const series = `webhook_refused_total{processor="stripe",why="${why}",service="order-fulfillment-api"}`;
    const { url } = JSON.parse(/^.*"event":"metrics_listening".*$/m.exec(shop.api.output())?.[0] ?? '{}') as { url: string };
    const counted = async () => Number((await ask(url, 'GET', '/metrics')).text.split('\n').find((line) => line.startsWith(series))?.split(' ').at(-1) ?? 0);
    const former = await counted();
    const { status, body } = await post(event(), sending);
    expect([status, body.code, body.detail]).toEqual([400, 'webhook_refused', expect.stringMatching(new RegExp(`^${why}: `))]);
    expect(await counted()).toBe(former + 1);
  });

  it('of what is proven and cannot be stored or read: 400', async () => {
    for (const payload of [event().replace('succeeded', 'succ\0eded'), event().slice(0, -10), '[]', 'null']) {
      expect((await post(payload)).body).toMatchObject({ code: 'webhook_refused', detail: expect.stringMatching(/^unreadable: /) as string });
    }
  });

  it('of 5 MB: 413, before they have come where they were announced, and else when one has', async () => {
    const payload = event({ metadata: { long: 'x'.repeat(5 * 1024 * 1024) } });
    const status = (headers: Readonly<Record<string, string>>, sent: string) =>
      new Promise((resolve, reject) => {
        const sending = request(`${shop.api.url}${PATH}`, { method: 'POST', headers: { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET }), ...headers } }, (answer) => {
          resolve(answer.statusCode);
          sending.destroy();
        });
        sending.on('error', reject);
        sending.flushHeaders();
        sending.write(sent);
      });
    const justTooMuch = payload.slice(0, 1024 * 1024 + 1);
    expect([await status({ 'content-length': String(payload.length) }, 'x'), await status({ 'transfer-encoding': 'chunked' }, justTooMuch)]).toEqual([413, 413]);
  });

  it('of what is sent to a name that is no gateway: 404', async () => {
    for (const name of ['free', 'invoice', 'nobody', 'constructor', '%00', 'x'.repeat(300)]) {
      const { status, body } = await post(event(), { path: `/v1/payments/${name}/webhook` });
      expect([name, status, body.code]).toEqual([name, 404, 'gateway_not_found']);
    }
  });

  it('of what names a certificate of PayPal that cannot be had: 503, and the log warns, without a stack', async () => {
    const paypal = (name: string) => {
      const headers = { 'paypal-transmission-id': 't', 'paypal-transmission-time': new Date().toISOString(), 'paypal-transmission-sig': 'AAAA', 'paypal-auth-algo': 'SHA256withRSA', 'paypal-cert-url': `${shop.gateway.url}/v1/notifications/certs/CERT-${name}` };
      return fetch(`${shop.api.url}/v1/payments/paypal/webhook`, { method: 'POST', body: '{}', headers });
    };
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => paypal(`none-${index}`)));
    const [refused, later] = [answers.filter(({ status }) => status === 400), answers.filter(({ status }) => status === 503)];
    expect([refused.length, later.length]).toEqual([6, 24]);
    for (const { headers } of later) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await shop.gateway.control.calls({ path: '/certs/' })).length).toBe(6);
    const lines = shop.api.output().split('\n').filter((line) => line.includes('Nobody could tell whether'));
    expect(lines.length).toBe(24);
    expect(shop.api.output()).not.toMatch(/"err":\{"name":"ProblemError"/);
    for (const line of lines) expect(JSON.parse(line)).not.toHaveProperty('stack');
  });

  it('of what one gateway signed for another: 400', async () => {
    expect((await post(event(), { path: '/v1/payments/paypal/webhook' })).body).toMatchObject({ code: 'webhook_refused', detail: expect.stringMatching(/^signature_missing: /) as string });
  });

  it('elsewhere by the type that webhooks are parsed as: 415', async () => {
    const { status } = await post(event(), { path: '/v1/checkout', headers: { 'content-type': 'application/vnd.order-fulfillment.webhook', authorization: `JWT ${shop.staff}` } });
    expect(status).toBe(415);
  });

  it('and no secret is in the log', () => {
    for (const secret of [SECRET, NEXT_SECRET, FORMER_SECRET]) expect(shop.api.output()).not.toContain(secret);
  });
});

describe('while the database is cut off', () => {
  it('no webhook is answered before its row is committed, nor as taken when nobody knows; sent again, it is the same event', async () => {
    const { hostname, port } = new URL(shop.databaseUrl);
    const proxy = await TcpProxy.listen({ host: hostname, port: Number(port) });
    const api = await shop.startApi({ DATABASE_URL: proxy.through(shop.databaseUrl) });
    expect((await post(event(), { url: api.url })).status).toBe(200);
    const payload = event();
    proxy.freezeReplies();
    let answered = false;
    const answer = post(payload, { url: api.url }).finally(() => (answered = true));
    await until('its row is committed', async () => (await rowsOf(payload)).length === 1);
    expect(answered).toBe(false);
    proxy.sever();
    const { status, headers, body } = await answer;
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    proxy.thaw();
    expect((await post(payload, { url: api.url })).status).toBe(200);
    expect(await rowsOf(payload)).toEqual([expect.objectContaining({ deliveries: 2 })]);
    await proxy.close();
    const lost = event();
    expect((await post(lost, { url: api.url })).status).toBe(503);
    expect(await rowsOf(lost)).toEqual([]);
    await api.stop();
  });
});

describe('an event, with a worker', () => {
  /** A paid order that waits for its money, as its learner has placed it. */
  async function waiting(sku = 'CHEM_VERIFIED') {
    const { token } = await shop.learner();
    const { body } = await shop.ask('POST', '/v1/checkout', { token, body: { items: [{ sku }], payment: { processor: 'stripe' } } });
    expect(body.status).toBe('pending');
    const [payment] = await shop.sql<{ id: string; reference: string }>(`select p.id, p.reference from payment p where p.order_number = $1`, [body.number]);
    if (!payment) throw new Error('A pending order has a payment.');
    return { number: body.number, paymentId: payment.id, reference: payment.reference };
  }
  const statusOf = async (payload: string) => (await rowsOf(payload))[0]?.status;
  const ends = (payload: string, status: string) => until(`the event is ${status}`, async () => (await statusOf(payload)) === status, PATIENT_MS);

  it('opens its order and has it delivered, when the gateway says so too', async () => {
    const worker = await shop.startWorker();
    const order = await waiting();
    const early = event({ id: order.reference, metadata: { order_number: order.number, payment_id: order.paymentId } });
    await post(early);
    await ends(early, 'processed');
    expect((await shop.order(order.number)).status).toBe('pending');
    await shop.gateway.control.pay(order.reference);
    await shop.gateway.control.release({ order: 'reversed', repeat: 2 });
    await until('the order is complete', async () => (await shop.order(order.number)).status === 'complete', PATIENT_MS);
    const { history } = await shop.order(order.number);
    expect(history.filter(({ event: what }) => what === 'pay')).toEqual([expect.objectContaining({ actor: 'webhook:stripe' })]);
    await worker.stop();
  });

  it('that names another order is parked, counted, and told by the doctor; replayed, it is looked at again', async () => {
    const worker = await shop.startWorker();
    const [order, other] = [await waiting('PHYS_PRO'), await waiting('PHYS_PRO')];
    const payload = event({ id: order.reference, metadata: { order_number: other.number, payment_id: order.paymentId } });
    await post(payload);
    await ends(payload, 'parked');
    const [row] = await rowsOf(payload);
    const id = String(row?.id);
    expect(row?.detail).toContain('belongs to another order');
    const env = { DATABASE_URL: shop.databaseUrl };
    const listed = await runOps(env, ['payment-events', '--status', 'parked']);
    expect([listed.code, listed.out]).toEqual([0, expect.stringContaining(id)]);
    const doctor = JSON.parse((await runOps(env, ['doctor', '--json'])).out) as { checks: { name: string; verdict: string; fact: string }[] };
    expect(doctor.checks.find(({ name }) => name === 'payment events')).toMatchObject({ verdict: 'warn', fact: expect.stringMatching(/[1-9]\d* parked/) as string });
    expect((await ask(worker.url, 'GET', '/metrics')).text).toMatch(/^payment_events_parked\{service="order-fulfillment-worker"\} [1-9]/m);
    const page = (await shop.ask<{ items: { id: string }[] }>('GET', `/v1/payment-events?status=parked&orderNumber=${other.number}`, { token: shop.staff })).body;
    expect(page.items).toEqual([expect.objectContaining({ id })]);
    await shop.sql(`update payment_event set order_number = null where id = $1`, [id]);
    expect((await shop.ask<ProblemBody>('POST', `/v1/payment-events/${id}/replay`, { token: shop.staff, body: {} })).status).toBe(400);
    expect((await shop.ask('POST', `/v1/payment-events/${id}/replay`, { token: shop.staff, body: { reason: 'it was ours' } })).body).toMatchObject({ id, status: 'received' });
    await ends(payload, 'processed');
    const replayed = await runOps(env, ['payment-events', '--replay', id, '--reason', 'once more', '--actor', 'ann']);
    expect([replayed.code, replayed.out]).toEqual([0, expect.stringContaining('is due')]);
    await until('it was replayed', async () => /^Replayed by ann .*once more\nPayment /.test((await rowsOf(payload))[0]?.detail ?? ''), PATIENT_MS);
    expect((await runOps(env, ['payment-events', id])).out).toContain(payload);
    await worker.stop();
  });

  it('that is parked can be closed by staff, over HTTP and by the command, and is counted no more', async () => {
    const [byHttp, byCommand] = [event(), event()];
    for (const payload of [byHttp, byCommand]) await post(payload);
    await shop.sql(`update payment_event set status = 'parked', detail = 'Of nobody.', next_attempt_at = null where event_id = any ($1)`, [[idOf(byHttp), idOf(byCommand)]]);
    const parked = async () => (await shop.sql<{ n: number }>(`select count(*)::int as n from payment_event where status = 'parked'`))[0]?.n ?? 0;
    const before = await parked();
    const path = `/v1/payment-events/${String((await rowsOf(byHttp))[0]?.id)}/dismiss`;
    expect((await shop.ask('POST', path, { token: await tokenOf('curious'), body: { reason: 'x' } })).status).toBe(403);
    expect((await shop.ask('POST', path, { token: shop.staff, body: {} })).status).toBe(400);
    expect((await shop.ask('POST', path, { token: shop.staff, body: { reason: 'of the other shop' } })).body).toMatchObject({ status: 'ignored', detail: expect.stringMatching(/^Of nobody\.\nDismissed by .*: of the other shop$/) as string });
    const again = await shop.ask<ProblemBody>('POST', path, { token: shop.staff, body: { reason: 'x' } });
    expect([again.status, again.body.code]).toEqual([409, 'payment_event_not_parked']);
    const env = { DATABASE_URL: shop.databaseUrl };
    const ended = await runOps(env, ['payment-events', '--dismiss', String((await rowsOf(byCommand))[0]?.id), '--reason', 'by hand', '--actor', 'ann']);
    expect([ended.code, ended.out, ended.err]).toEqual([0, expect.stringContaining('is ignored from now on'), '']);
    expect(before - (await parked())).toBe(2);
  });

  it('or a read-back that its gateway refuses leaves a payment that is listed, in the figures, and told by the doctor', async () => {
    const order = await waiting();
    // As a wrong key leaves it, and as nobody comes to it meanwhile.
    await shop.sql(`update payment set failure_kind = 'configuration', failure_detail = 'Stripe answered 401.', next_check_at = now() + interval '1 hour' where id = $1`, [order.paymentId]);
    const worker = await shop.startWorker();
    const listed = await shop.ask<{ items: object[] }>('GET', '/v1/payments?failing=true', { token: shop.staff });
    expect(listed.body.items).toEqual([expect.objectContaining({ id: order.paymentId, failure: { kind: 'configuration', detail: 'Stripe answered 401.' } })]);
    expect((await shop.ask('GET', '/v1/payments?failing=false', { token: shop.staff })).status).toBe(400);
    expect((await ask(worker.url, 'GET', '/metrics')).text).toMatch(/^payments_failing\{processor="stripe",kind="configuration",service="order-fulfillment-worker"\} 1$/m);
    const doctor = JSON.parse((await runOps({ DATABASE_URL: shop.databaseUrl }, ['doctor', '--json'])).out) as { checks: { name: string; verdict: string; fact: string }[] };
    expect(doctor.checks.find(({ name }) => name === 'payments')).toMatchObject({ verdict: 'warn', fact: expect.stringContaining('1 of stripe could not be read back (configuration)') as string });
    await worker.stop();
  });

  it('of an unknown order waits, and opens nothing', async () => {
    const worker = await shop.startWorker();
    const payload = event({ metadata: { order_number: 'OF-0', payment_id: randomUUID() } });
    await post(payload);
    await until('it was looked at', async () => (await rowsOf(payload))[0]?.detail !== null, PATIENT_MS);
    expect(await rowsOf(payload)).toEqual([expect.objectContaining({ status: 'received', detail: 'No payment of ours is known by it so far.' })]);
    await worker.stop();
  });

  it('is there for staff only', async () => {
    const missing = `/v1/payment-events/${randomUUID()}`;
    expect((await shop.ask<ProblemBody>('GET', missing, { token: shop.staff })).body.code).toBe('payment_event_not_found');
    expect((await shop.ask<ProblemBody>('POST', `${missing}/replay`, { token: shop.staff, body: { reason: 'x' } })).body.code).toBe('payment_event_not_found');
    expect((await shop.ask('POST', `${missing}/replay`, { token: await tokenOf('curious'), body: { reason: 'x' } })).status).toBe(403);
  });
});
