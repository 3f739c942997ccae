import { randomBytes, randomUUID } from 'node:crypto';
import { GatewayFailure, GatewayNotFoundError, PaymentEventNotFoundError, WebhookRefusedError, type GatewayRefund } from '#payments';
import { block } from '../support/blocker.js';
import { openInbox, type InboxUnderTest } from '../support/payment-inbox.js';
import { until } from '../support/until.js';

let shop: InboxUnderTest;
beforeAll(async () => {
  shop = await openInbox();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.gateway.beforeAnswer = () => Promise.resolve();
  shop.gateway.beforeProof = () => Promise.resolve();
});

const AWAY = new GatewayFailure('Service Unavailable', { kind: 'server', passing: true });
const count = async () => (await shop.sql<{ n: number }>(`select count(*)::int as n from payment_event`))[0]?.n;
const nextInMs = async (id: string) => (await shop.sql<{ ms: number | null }>(`select (extract(epoch from next_attempt_at - now()) * 1000)::float8 as ms from payment_event where id = $1`, [id]))[0]?.ms ?? null;
const lapse = (id: string) => shop.sql(`update payment_event set lease_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where id = $1`, [id]);
const waitsForALock = () => until('somebody waits for a lock', async () => (await shop.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0);

/** Stops the gateway's answers until they are let through. */
function hold() {
  const { promise, resolve: letThrough } = Promise.withResolvers<void>();
  shop.gateway.beforeAnswer = () => promise;
  return letThrough;
}

describe('an event that is proven', () => {
  it('is on record byte for byte, due at once, before anybody is told of it', async () => {
    const delivery = shop.gateway.message(Buffer.from('{ "eventId":"evt_bytes","type":"payment.changed",\r\n"subject":{"reference":"r","captureReference":"c","paymentId":"p","orderNumber":"ünï"} }\n'));
    const { id, ...kept } = await shop.inbox.receive('card', delivery);
    expect(kept).toEqual({ eventId: 'evt_bytes', known: false, status: 'received' });
    const row = await shop.row(id);
    expect(Buffer.from(String(row['body']))).toEqual(delivery.body);
    expect(row).toMatchObject({ processor: 'card', event_id: 'evt_bytes', type: 'payment.changed', payment_reference: 'r', capture_reference: 'c', payment_id: 'p', status: 'received', deliveries: 1, attempts: 0, claim_id: null });
    expect((await shop.events.findDue(500)).map((due) => due.id)).toContain(id);
    expect(await shop.told.find((told) => told.id === id)?.isOnRecord).toBe(true);
  });

  it('is one row when it comes a hundred times at once, and one of them is told of (fails without "on conflict")', async () => {
    const before = shop.told.length;
    const kept = await Promise.all(Array.from({ length: 100 }, () => shop.event({ reference: 'r' }, { eventId: 'evt_hundred' })));
    expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
    expect(kept.filter(({ known }) => !known)).toHaveLength(1);
    expect(await shop.sql(`select deliveries from payment_event where event_id = 'evt_hundred'`)).toEqual([{ deliveries: 100 }]);
    expect(shop.told.length - before).toBe(1);
  });

  it('is another one at another account, whatever it is called', async () => {
    const [one, other] = [await shop.event({ reference: 'r' }, { eventId: 'evt_twice' }), await shop.event({ reference: 'r' }, { eventId: 'evt_twice', processor: 'card-eu' })];
    expect([one.known, other.known, one.id === other.id]).toEqual([false, false, false]);
  });

  it('is kept and not looked at when it is of a kind that is none of ours', async () => {
    const { id, status } = await shop.event(null, { type: 'payout.paid' });
    expect([status, (await shop.row(id))['next_attempt_at'], shop.told.some((told) => told.id === id)]).toEqual(['ignored', null, false]);
  });

  it.each(['reference', 'captureReference', 'paymentId', 'orderNumber'] as const)('is kept, however often it comes, where its %s is longer than anything of ours: and parked', async (name) => {
    // Of characters that do not compress: an index has no room for them.
    const sent = () => shop.event({ [name]: randomBytes(30_000).toString('hex') }, { eventId: `evt_long_${name}` });
    const { id } = await sent();
    expect((await sent()).known).toBe(true);
    await shop.sql(`update payment_event set attempts = 5 where id = $1`, [id]);
    await shop.events.perform({ id });
    const row = await shop.row(id);
    expect([row['status'], Object.values(row).filter((value) => typeof value === 'string' && value.endsWith('\u2026') && value.length === 255).length]).toEqual(['parked', 1]);
  });

  it('is kept with a mark where what it names has characters that PostgreSQL does not take', async () => {
    const { id } = await shop.event({ orderNumber: 'OF\0-1', reference: 'r\0' }, { type: `t\0${'x'.repeat(300)}` });
    const row = await shop.row(id);
    expect([row['order_number'], row['payment_reference'], String(row['type']).slice(0, 3), String(row['type']).length]).toEqual(['OF\uFFFD-1', 'r\uFFFD', 't\uFFFDx', 255]);
  });
});

describe('nothing is kept', () => {
  let before: number | undefined;
  beforeEach(async () => {
    before = await count();
  });
  afterEach(async () => expect(await count()).toBe(before));
  const good = { eventId: 'evt_none', type: 't', subject: null };
  const json = Buffer.from(JSON.stringify(good));

  it.each([
    ['signature_wrong', json, {}],
    ['unreadable', json.subarray(0, -3), undefined],
    ['unreadable', Buffer.concat([json.subarray(0, -1), Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]), undefined],
    ['unreadable', Buffer.concat([json, Buffer.from([0])]), undefined],
    ['unreadable', Buffer.from(JSON.stringify({ ...good, eventId: 'evt\0' })), undefined],
    ['unreadable', Buffer.from(JSON.stringify({ ...good, eventId: 'x'.repeat(256) })), undefined],
    ['unreadable', Buffer.from(JSON.stringify({ ...good, eventId: '' })), undefined],
  ])('of what is not proven, or cannot be read or stored: %s', async (why, body, headers) => {
    const error: unknown = await shop.inbox.receive('card', shop.gateway.message(body, headers)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WebhookRefusedError);
    expect(error).toMatchObject({ why });
  });

  it.each(['free', 'invoice', 'nobody', 'constructor'])('of what is sent to %s, who is no gateway', async (name) => {
    await expect(shop.inbox.receive(name, shop.gateway.message(json))).rejects.toThrow(GatewayNotFoundError);
  });

  it('where the plug-in breaks down or hangs: it is to be sent again', async () => {
    shop.gateway.beforeProof = () => Promise.reject(new TypeError('x is undefined'));
    await expect(shop.inbox.receive('card', shop.gateway.message(json))).rejects.toThrow(GatewayFailure);
    shop.gateway.beforeProof = () => new Promise(() => undefined);
    await expect(shop.inbox.receive('card', shop.gateway.message(json))).rejects.toMatchObject({ kind: 'timeout', passing: true });
  });
});

describe('an event that is looked at', () => {
  it('has its payment read back, and its order opened by what the gateway says', async () => {
    const payment = await shop.waitingOrder();
    shop.gateway.pay(payment.reference);
    const { id } = await shop.event({ paymentId: payment.id, orderNumber: payment.orderNumber });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'processed', detail: `Payment ${payment.id} of order ${payment.orderNumber} was read back: captured.`, processed_at: expect.any(Date) as Date, next_attempt_at: null, claim_id: null, attempts: 1 });
    expect(await shop.orderStatus(payment)).toBe('open');
    expect(shop.consequences.openedFor.map((opened) => opened.id)).toContain(payment.id);
    expect(await shop.sql(`select actor from order_history where order_id = $1 and event = 'pay'`, [payment.orderId])).toEqual([{ actor: 'webhook:card' }]);
  });

  it('is not believed: an order is not opened by what it says', async () => {
    const payment = await shop.waitingOrder();
    const { id } = await shop.event({ reference: payment.reference }, { type: 'payment.captured' });
    await shop.events.perform({ id });
    expect([(await shop.row(id))['status'], await shop.orderStatus(payment)]).toEqual(['processed', 'pending']);
  });

  it('changes nothing when it is older than one that was looked at before, in whatever order they come and however often', async () => {
    const payment = await shop.waitingOrder();
    const older = await shop.event({ reference: payment.reference }, { type: 'payment.failed' });
    shop.gateway.pay(payment.reference);
    const newer = await shop.event({ reference: payment.reference }, { type: 'payment.captured' });
    await shop.events.perform({ id: newer.id });
    const after = await shop.ledger.byId(payment.id);
    await shop.events.perform({ id: older.id });
    await shop.replays.replay(newer.id, { actor: 'ann', reason: 'once more' });
    await shop.events.perform({ id: newer.id });
    expect(await shop.orderStatus(payment)).toBe('open');
    expect(await shop.ledger.byId(payment.id)).toEqual(after);
    expect(shop.consequences.openedFor.filter((opened) => opened.id === payment.id)).toHaveLength(1);
  });

  it.each(['reference', 'captureReference', 'paymentId'] as const)('finds its payment by its %s alone', async (key) => {
    const payment = await shop.waitingOrder();
    const { captureReference } = shop.gateway.pay(payment.reference);
    await shop.sql(`update payment set capture_reference = $2 where id = $1`, [payment.id, captureReference]);
    const named = { reference: payment.reference, captureReference, paymentId: payment.id }[key];
    const { id } = await shop.event({ [key]: named });
    await shop.events.perform({ id });
    expect([(await shop.row(id))['status'], await shop.orderStatus(payment)]).toEqual(['processed', 'open']);
  });

  it('finds it by the reference where the identifier is one of somebody else', async () => {
    const payment = await shop.waitingOrder();
    for (const paymentId of ['order 7 of the other shop', randomUUID()]) {
      const { id } = await shop.event({ paymentId, reference: payment.reference });
      await shop.events.perform({ id });
      expect((await shop.row(id))['status']).toBe('processed');
    }
  });

  it('has a captured payment read back as well, and what went back of it told', async () => {
    const payment = await shop.waitingOrder();
    shop.gateway.pay(payment.reference);
    const opening = await shop.event({ reference: payment.reference });
    await shop.events.perform({ id: opening.id });
    const refund: GatewayRefund = { reference: 're_1', refundId: null, amountMinor: 100, status: 'succeeded', detail: null };
    shop.gateway.change(payment.reference, { refunds: [refund] });
    const { id } = await shop.event({ reference: payment.reference }, { type: 'refund.created' });
    await shop.events.perform({ id });
    expect(shop.consequences.wentBackOf.map((told) => told.id)).toContain(payment.id);
  });

  it('is nothing to do where it names no payment at all', async () => {
    const { id } = await shop.event({});
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'ignored', detail: 'It names no payment.' });
  });
});

describe('an event whose payment is not known', () => {
  it('waits for the commit that writes the reference, and is worked off then', async () => {
    const payment = await shop.waitingOrder();
    await shop.sql(`update payment set reference = null where id = $1`, [payment.id]);
    const { id } = await shop.event({ reference: payment.reference });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'received', detail: 'No payment of ours is known by it so far.', claim_id: null });
    expect(await nextInMs(id)).toBeGreaterThan(1_000);
    await shop.events.perform({ id });
    expect((await shop.row(id))['attempts']).toBe(1);
    await shop.sql(`update payment set reference = $2 where id = $1`, [payment.id, payment.reference]);
    await shop.lookAgain(id);
    expect((await shop.row(id))['status']).toBe('processed');
  });

  it('is parked with the cause after a few tries, also where another account has such a payment', async () => {
    const payment = await shop.waitingOrder();
    const { id } = await shop.event({ reference: payment.reference, orderNumber: 'X-1' }, { processor: 'card-eu' });
    for (let attempt = 1; attempt <= 6; attempt += 1) await shop.lookAgain(id);
    expect(await shop.row(id)).toMatchObject({ status: 'parked', attempts: 6, detail: expect.stringContaining(`No payment of ours by card-eu is known by it (reference ${String(payment.reference)}, order X-1).`) as string });
    expect(shop.gateway.readBack).not.toContain(payment.reference);
  });

  it('is parked at once where it names nothing but an order', async () => {
    const { id } = await shop.event({ orderNumber: 'OF-999' });
    await shop.events.perform({ id });
    expect((await shop.row(id))['status']).toBe('parked');
  });
});

describe('an event that contradicts its payment is parked, and nothing is read back', () => {
  it('naming another order', async () => {
    const [payment, other] = [await shop.waitingOrder(), await shop.waitingOrder()];
    shop.gateway.pay(payment.reference);
    const { id } = await shop.event({ paymentId: payment.id, orderNumber: other.orderNumber });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'parked', detail: `It names order ${other.orderNumber}, but payment ${payment.id} belongs to another order, ${payment.orderNumber}.` });
    expect([shop.gateway.readBack.includes(String(payment.reference)), await shop.orderStatus(payment)]).toEqual([false, 'pending']);
  });

  it('naming another payment at the gateway, by which money may have been taken twice', async () => {
    const payment = await shop.waitingOrder();
    const { id } = await shop.event({ paymentId: payment.id, reference: 'pay_other' });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'parked', detail: expect.stringContaining('It names pay_other') as string });
  });

  it('or when the gateway answers for another one', async () => {
    const payment = await shop.waitingOrder();
    shop.gateway.pay(payment.reference);
    shop.gateway.change(payment.reference, { paymentId: randomUUID() });
    const { id } = await shop.event({ reference: payment.reference });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'parked', detail: expect.stringContaining('names another payment') as string });
    expect(await shop.orderStatus(payment)).toBe('pending');
  });
});

describe('an event whose gateway cannot be asked', () => {
  it('is tried again, later each time, and is parked after three days of that', async () => {
    const payment = await shop.waitingOrder();
    shop.gateway.beforeAnswer = () => Promise.reject(AWAY);
    const { id } = await shop.event({ reference: payment.reference });
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'received', claim_id: null, detail: `Payment ${payment.id} could not be read back: Service Unavailable` });
    await shop.sql(`update payment_event set attempts = 20 where id = $1`, [id]);
    await shop.lookAgain(id);
    const later = await nextInMs(id);
    expect(later).toBeGreaterThan(10 * 60_000);
    expect(later).toBeLessThanOrEqual(30 * 60_000);
    await shop.sql(`update payment_event set attempts = 199 where id = $1`, [id]);
    await shop.lookAgain(id);
    expect(await shop.row(id)).toMatchObject({ status: 'parked', detail: expect.stringMatching(/Service Unavailable It was tried for three days\.$/) as string });
  });

  it('is tried again over a bug as well, without its words', async () => {
    const payment = await shop.waitingOrder();
    shop.consequences.opened = () => Promise.reject(new TypeError('secret of a bug'));
    shop.gateway.pay(payment.reference);
    const { id } = await shop.event({ reference: payment.reference });
    await shop.events.perform({ id });
    shop.consequences.opened = () => Promise.resolve();
    expect(await shop.row(id)).toMatchObject({ status: 'received', detail: `Something unexpected went wrong over payment ${payment.id}; the log says what.` });
    await shop.lookAgain(id);
    expect((await shop.row(id))['status']).toBe('processed');
  });
});

describe('a claim', () => {
  it('is given to one of twenty who try at once (fails without the condition on next_attempt_at)', async () => {
    const payment = await shop.waitingOrder();
    const letThrough = hold();
    const { id } = await shop.event({ reference: payment.reference });
    const all = Promise.all(Array.from({ length: 20 }, () => shop.events.perform({ id })));
    await until('one of them asks', () => Promise.resolve(shop.gateway.readBack.includes(String(payment.reference))));
    expect((await shop.events.findDue(500)).map((due) => due.id)).not.toContain(id);
    letThrough();
    await all;
    expect(shop.gateway.readBack.filter((reference) => reference === payment.reference)).toHaveLength(1);
    expect((await shop.row(id))['attempts']).toBe(1);
  });

  it('is taken also while another delivery of the event counts itself, after it', async () => {
    const payment = await shop.waitingOrder();
    const { id } = await shop.event({ reference: payment.reference });
    const blocker = await block(shop.databaseUrl, 'update payment_event set deliveries = deliveries + 1 where id = $1', [id]);
    const performing = shop.events.perform({ id });
    await waitsForALock();
    await blocker.release();
    await performing;
    expect(await shop.row(id)).toMatchObject({ status: 'processed', deliveries: 2 });
  });

  it('that lapsed is given to another, and the first holder settles nothing any more (fails without the claim in the settle)', async () => {
    const payment = await shop.waitingOrder();
    const letThrough = hold();
    const { id } = await shop.event({ reference: payment.reference });
    const first = shop.events.perform({ id });
    await until('the first asks', () => Promise.resolve(shop.gateway.readBack.includes(String(payment.reference))));
    await lapse(id);
    expect((await shop.events.findDue(500)).map((due) => due.id)).toContain(id);
    shop.gateway.beforeAnswer = () => Promise.reject(AWAY);
    await shop.events.perform({ id });
    const after = await shop.row(id);
    expect(after).toMatchObject({ status: 'received', attempts: 2, detail: expect.stringContaining('Service Unavailable') as string });
    letThrough();
    await first;
    expect(await shop.row(id)).toEqual(after);
  });
});

describe('a replay', () => {
  it.each(['received', 'processed', 'ignored', 'parked'])('makes an event due that was %s, and tells by whom and why for good', async (status) => {
    const payment = await shop.waitingOrder();
    const { id } = await shop.event({ reference: payment.reference });
    await shop.sql(`update payment_event set status = $2, attempts = 7, detail = 'Before.', next_attempt_at = case when $2 = 'received' then now() + interval '1 hour' end where id = $1`, [id, status]);
    const replayed = await shop.replays.replay(id, { actor: 'ann', reason: 'the key is right now' });
    expect(replayed).toMatchObject({ status: 'received', attempts: 0, detail: expect.stringMatching(/^Replayed by ann at .*Z: the key is right now$/) as string });
    expect((await shop.events.findDue(500)).map((due) => due.id)).toContain(id);
    expect(shop.told.at(-1)?.id).toBe(id);
    await shop.events.perform({ id });
    expect(await shop.row(id)).toMatchObject({ status: 'processed', detail: expect.stringMatching(/^Replayed by ann at .*Z: the key is right now\nPayment .* was read back: started\.$/) as string });
    await shop.replays.replay(id, { actor: 'bob', reason: 'again' });
    await shop.events.perform({ id });
    expect(String((await shop.row(id))['detail']).split('\n')).toEqual([expect.stringMatching(/^Replayed by bob/), expect.stringMatching(/^Payment/)]);
  });

  it('of one that is being worked on takes it away from its holder', async () => {
    const payment = await shop.waitingOrder();
    const letThrough = hold();
    const { id } = await shop.event({ reference: payment.reference });
    const first = shop.events.perform({ id });
    await until('the first asks', () => Promise.resolve(shop.gateway.readBack.includes(String(payment.reference))));
    await shop.replays.replay(id, { actor: 'ann', reason: 'now' });
    letThrough();
    await first;
    expect(await shop.row(id)).toMatchObject({ status: 'received', attempts: 0, claim_id: null });
  });

  it('of what is not there is refused', async () => {
    await expect(shop.replays.replay(randomUUID(), { actor: 'ann', reason: 'x' })).rejects.toThrow(PaymentEventNotFoundError);
  });
});
