import { randomUUIDv7 } from 'node:crypto';
import { GatewayFailure, NotAGatewayError, UnknownProcessorError, type GatewayRefund, type PaymentDifference, type ReconciliationRequest, type ReconciliationSummary } from '#payments';
import { CARD, CARD_EU, YESTERDAY, openReconcilingShop, written, type ReconcilingShop } from '../support/reconciling-shop.js';

const HOUR_MS = 60 * 60 * 1_000;
const MANY = 1_000;
const BATCH = 200;

let shop: ReconcilingShop;
beforeAll(async () => {
  shop = await openReconcilingShop();
});
afterAll(() => shop.close());
beforeEach(async () => {
  await shop.sql('truncate payment, orders cascade');
  shop.gateway.held.clear();
  Object.assign(shop.gateway, { lists: 0, listed: 0, onCall: () => undefined });
  shop.gateway.verified.length = 0;
});

interface Report extends ReconciliationSummary {
  readonly found: PaymentDifference[];
}

const window = () => ({ since: new Date(Date.now() - 72 * HOUR_MS), until: new Date(Date.now() - HOUR_MS) });

async function reconcile({ signal = new AbortController().signal, ...change }: Partial<ReconciliationRequest> & { signal?: AbortSignal } = {}): Promise<Report> {
  const found: PaymentDifference[] = [];
  const summary = await shop.reconciliation.run({ processor: CARD, ...window(), repairedBy: null, ...change }, { onDifference: (difference) => void found.push(difference), signal });
  return { ...summary, found };
}

/** A payment on both sides. */
async function agreed(change: Parameters<typeof written>[1] = {}, theirs: object = {}) {
  const payment = await written(shop, change);
  shop.gateway.put({ reference: payment.reference ?? `pi_${payment.id}`, paymentId: payment.id, orderNumber: payment.orderNumber, ...theirs });
  return payment;
}

const refund = (amountMinor: number, status: GatewayRefund['status'] = 'succeeded'): GatewayRefund => ({ reference: `re_${randomUUIDv7()}`, refundId: null, amountMinor, status, detail: null });
const kinds = ({ found }: Report) => found.map(({ kind, paymentId }) => [kind, paymentId]);

describe('a shop and its gateway that agree', () => {
  it('have no difference, however many payments there are, and none is read back; never more than a batch is held', async () => {
    const at = YESTERDAY();
    await shop.sql(
      `with placed as (
         insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
         select gen_random_uuid(), 'M-' || n, 'complete', 'USD', 4900, 'ada', 'ada', false, 'card', 'settled', 1, now() from generate_series(1, $1) n returning id, number
       )
       insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, captured_minor, captured_currency, opened_order, created_at, captured_at, updated_at)
       select gen_random_uuid(), id, number, 'card', 'captured', 4900, 'USD', 'pi_' || number, 4900, 'USD', true, now(), $2, now() from placed`,
      [MANY, at],
    );
    for (let made = 1; made <= MANY; made += 1) shop.gateway.put({ reference: `pi_M-${made}` }, at);
    let [done, most] = [0, 0];
    shop.gateway.onCall = () => void (most = Math.max(most, shop.gateway.listed - done));
    const summary = await shop.reconciliation.run({ processor: CARD, ...window(), repairedBy: null }, { onDifference: () => undefined, onProgress: ({ listed }) => void (done = listed), signal: new AbortController().signal });
    expect(summary).toMatchObject({ end: 'complete', listed: MANY, own: MANY, readBack: 0, settled: 0, failure: null });
    expect(Object.values(summary.differences)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(most).toBeLessThan(BATCH);
  });

  it('have none where the list lags behind, ends at another moment, or leaves out what a bank took back: that is read back', async () => {
    const delayed = await written(shop);
    shop.gateway.put({ reference: delayed.reference ?? '', paymentId: delayed.id }, null);
    const before = await written(shop);
    shop.gateway.put({ reference: before.reference ?? '', paymentId: before.id }, new Date(Date.now() - 73 * HOUR_MS));
    await agreed({ refundedMinor: 4_900 }, { disputes: [{ reference: 'dp_1', amountMinor: 4_900, status: 'open' }] });
    expect(await reconcile()).toMatchObject({ found: [], end: 'complete', listed: 1, own: 3, readBack: 3 });
  });

  it('have none where a refund is on its way', async () => {
    await agreed({ reservedMinor: 900 }, { refunds: [refund(900)] });
    await agreed({ reservedMinor: 900 });
    await agreed({ refundedMinor: 900 }, { refunds: [refund(900, 'pending')] });
    expect((await reconcile()).found).toEqual([]);
  });

  it('have none where the other entry of the map sells through the same account', async () => {
    await agreed({ processor: CARD_EU });
    expect((await reconcile()).found).toEqual([]);
    expect((await reconcile({ processor: CARD_EU })).found).toEqual([]);
  });

  it('have none where our row learns of it while the gateway is read back', async () => {
    const { id } = await agreed({}, { refunds: [refund(900)] });
    shop.gateway.onCall = async (call) => {
      if (call === 'verify') await shop.sql('update payment set refunded_minor = 900 where id = $1', [id]);
    };
    expect(await reconcile()).toMatchObject({ found: [], readBack: 1 });
  });
});

describe('a difference is found', () => {
  it('where the gateway took money, and no payment of ours is that', async () => {
    shop.gateway.put({ reference: 'pi_strange', capturedMinor: 1_200, currency: 'EUR', orderNumber: 'THEIRS-1', paymentId: 'theirs' });
    const { found, differences } = await reconcile();
    expect(found).toEqual([
      { kind: 'captured_without_order', orderNumber: null, paymentId: null, reference: 'pi_strange', captureReference: null, ours: null, theirs: { capturedMinor: 1_200, refundedMinor: 0, currency: 'EUR' }, detail: expect.stringMatching(/names no order and no payment of ours/), repair: null },
    ]);
    expect(differences.captured_without_order).toBe(1);
  });

  it('and none where that money is back already', async () => {
    shop.gateway.put({ reference: 'pi_strange', refunds: [refund(4_900)] });
    expect((await reconcile()).found).toEqual([]);
  });

  it('where it names an order of ours, or a payment that has another reference: he may have paid twice', async () => {
    const { id, orderNumber, reference } = await agreed();
    shop.gateway.put({ reference: 'pi_second', paymentId: id, orderNumber });
    shop.gateway.put({ reference: 'pi_third', paymentId: randomUUIDv7(), orderNumber });
    const { found } = await reconcile();
    expect(found.map(({ reference: theirs, paymentId, orderNumber: number }) => [theirs, paymentId, number])).toEqual([['pi_second', id, orderNumber], ['pi_third', null, orderNumber]]);
    expect(found[0]?.detail).toContain(`knows another payment at the gateway, ${reference}`);
    expect(found[1]?.detail).toContain(`names order ${orderNumber}, and no payment of ours`);
  });

  it('where our row says that nothing was captured, also where it never heard of the reference', async () => {
    const started = await agreed({ status: 'started' });
    const failed = await agreed({ status: 'failed' });
    const unheard = await agreed({ status: 'started', reference: null });
    const report = await reconcile();
    expect(kinds(report)).toEqual([started, failed, unheard].map(({ id }) => ['captured_not_here', id]));
    expect(report.found[2]).toMatchObject({ reference: `pi_${unheard.id}`, orderNumber: unheard.orderNumber, ours: null, theirs: { capturedMinor: 4_900 } });
  });

  it('where we say that it was captured, and the gateway does not', async () => {
    const unknown = await written(shop);
    const unpaid = await written(shop);
    shop.gateway.put({ reference: unpaid.reference ?? '', paymentId: unpaid.id, status: 'unpaid', capturedMinor: 0 });
    const another = await written(shop);
    shop.gateway.put({ reference: another.reference ?? '', paymentId: randomUUIDv7() }, null);
    const report = await reconcile();
    expect(kinds(report).sort()).toEqual([unknown, unpaid, another].map(({ id }) => ['here_not_there', id]).sort());
    expect(report.found[0]).toMatchObject({ ours: { capturedMinor: 4_900, refundedMinor: 0, currency: 'USD' }, theirs: null });
  });

  it('where the amounts differ, or what went back of them', async () => {
    const amount = await agreed({}, { capturedMinor: 4_901 });
    const currency = await agreed({}, { currency: 'EUR' });
    const there = await agreed({ refundedMinor: 100 }, { refunds: [refund(100), refund(50)] });
    const here = await agreed({ refundedMinor: 100 }, { refunds: [refund(100, 'failed')] });
    const unlisted = await written(shop);
    shop.gateway.put({ reference: unlisted.reference ?? '', paymentId: unlisted.id, refunds: [refund(1)] }, null);
    const report = await reconcile();
    expect(kinds(report)).toEqual([['amount_differs', amount.id], ['amount_differs', currency.id], ['refund_there_not_here', there.id], ['refund_here_not_there', here.id], ['refund_there_not_here', unlisted.id]]);
    expect(report.differences).toMatchObject({ amount_differs: 2, refund_there_not_here: 2, refund_here_not_there: 1 });
    expect(report.found[2]).toMatchObject({ ours: { refundedMinor: 100 }, theirs: { refundedMinor: 150 } });
  });

  it('beyond a batch of either side, each once', async () => {
    for (let made = 0; made < BATCH; made += 1) await agreed();
    const [last, missing] = [await agreed({}, { capturedMinor: 1 }), await written(shop)];
    expect(kinds(await reconcile())).toEqual([['amount_differs', last.id], ['here_not_there', missing.id]]);
  });

  it('by what the gateway calls the money, where that is all that it lists', async () => {
    const { id, reference } = await written(shop, { reference: 'order-1', captureReference: 'cap_1' });
    shop.gateway.put({ reference: reference ?? '', captureReference: 'cap_1', paymentId: id, capturedMinor: 4_800 });
    expect(kinds(await reconcile())).toEqual([['amount_differs', id]]);
  });
});

describe('a comparison', () => {
  const everyKind = async () => {
    shop.gateway.put({ reference: 'pi_strange' });
    return { started: await agreed({ status: 'started' }), missing: await written(shop), refunded: await agreed({}, { refunds: [refund(900)] }), bounced: await agreed({ refundedMinor: 100 }), amount: await agreed({}, { capturedMinor: 1 }) };
  };
  const everything = async () => JSON.stringify(await Promise.all(['payment', 'orders', 'order_history', 'payment_reconciliation'].map((table) => shop.sql(`select t.*, xmin::text from ${table} t order by 1`))));

  it('writes nothing', async () => {
    await everyKind();
    const before = await everything();
    expect((await reconcile()).found).toHaveLength(6);
    expect(await everything()).toBe(before);
  });

  it('repairs what is no doubt where it is asked to, and says what stays', async () => {
    const { started, missing, refunded, bounced, amount } = await everyKind();
    const unheard = await agreed({ status: 'started', reference: null });
    const report = await reconcile({ repairedBy: 'cli:ada' });
    const outcomes = Object.fromEntries(report.found.map(({ paymentId, repair }) => [paymentId ?? 'strange', repair]));
    expect(outcomes).toEqual({ strange: null, [started.id]: 'settled', [missing.id]: null, [refunded.id]: 'settled', [bounced.id]: null, [amount.id]: 'stays', [unheard.id]: 'settled' });
    expect(report).toMatchObject({ settled: 3, differences: { captured_without_order: 1, captured_not_here: 0, here_not_there: 1, amount_differs: 1, refund_there_not_here: 0, refund_here_not_there: 1 } });
    expect(shop.opened).toEqual(expect.arrayContaining([started.id, unheard.id]));
    expect(await shop.sql(`select status, payment_reference from orders where number = $1`, [unheard.orderNumber])).toEqual([{ status: 'open', payment_reference: `pi_${unheard.id}` }]);
    expect(await shop.sql(`select actor from order_history h join orders o on o.id = h.order_id where o.number = $1 and event = 'pay'`, [started.orderNumber])).toEqual([{ actor: 'reconcile:cli:ada' }]);
    const again = await reconcile({ repairedBy: 'cli:ada' });
    expect([again.settled, again.found.length]).toEqual([0, 4]);
  });

  it('has no transaction open while the gateway is asked', async () => {
    await everyKind();
    const open: unknown[] = [];
    shop.gateway.onCall = async () => void open.push(...(await shop.sql(`select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)));
    expect((await reconcile({ repairedBy: 'ada' })).readBack).toBeGreaterThan(4);
    expect(open).toEqual([]);
  });

  it('ends with what was found when the gateway cannot be asked, and says so', async () => {
    for (let made = 0; made < BATCH; made += 1) shop.gateway.put({ reference: `pi_${made}` });
    for (let made = 0; made < 10; made += 1) await agreed();
    shop.gateway.onCall = () => {
      if (shop.gateway.listed === BATCH + 5) throw new GatewayFailure('Card is out of order.', { kind: 'server', passing: true });
    };
    expect(await reconcile()).toMatchObject({ end: 'failed', failure: { kind: 'server', detail: 'Card is out of order.' }, differences: { captured_without_order: BATCH }, listed: BATCH, own: 0 });
  });

  it('tells of a difference also where its repair fails', async () => {
    await agreed({ status: 'started' });
    let asked = 0;
    shop.gateway.onCall = (call) => {
      if (call === 'verify' && (asked += 1) > 1) throw new GatewayFailure('Card is out of order.', { kind: 'server', passing: true });
    };
    expect(await reconcile({ repairedBy: 'ada' })).toMatchObject({ end: 'failed', found: [{ kind: 'captured_not_here', repair: 'stays' }], settled: 0 });
  });

  it('ends where it is stopped', async () => {
    const stop = new AbortController();
    for (let made = 0; made < 5; made += 1) await written(shop);
    shop.gateway.onCall = () => void (shop.gateway.verified.length === 2 && stop.abort());
    expect(await reconcile({ signal: stop.signal })).toMatchObject({ end: 'stopped', failure: null, differences: { here_not_there: 3 } });
  });

  it('of a long time is made in parts, and nothing is left out or told twice', async () => {
    const days = (count: number) => new Date(Date.now() - count * 24 * HOUR_MS);
    const missing = await Promise.all([19, 13.99, 14.01, 7, 1].map((count) => written(shop, { capturedAt: days(count) })));
    for (const count of [19, 8, 1]) shop.gateway.put({ reference: `pi_${count}` }, days(count));
    const { found, own } = await reconcile({ since: days(20), until: days(0) });
    expect([shop.gateway.lists, own]).toEqual([3, 5]);
    expect(found.map(({ paymentId, reference }) => paymentId ?? reference).sort()).toEqual([...missing.map(({ id }) => id), 'pi_19', 'pi_8', 'pi_1'].sort());
  });

  it('is made only with a gateway of the map', async () => {
    await expect(reconcile({ processor: 'nobody' })).rejects.toBeInstanceOf(UnknownProcessorError);
    await expect(reconcile({ processor: 'free' })).rejects.toBeInstanceOf(NotAGatewayError);
  });
});
