import { Logger } from '@nestjs/common';
import { GatewayFailure, PAYMENT_RECONCILIATION } from '#payments';
import { FIND_CAPTURED, FIND_CUT, FIND_LISTED, FIND_ORDERS } from '../../libs/payments/src/reconciliation/reconciliation.statements.js';
import { CARD, CARD_EU, openReconcilingShop, written, type ReconcilingShop } from '../support/reconciling-shop.js';
import { until } from '../support/until.js';

const HOUR_MS = 60 * 60 * 1_000;
const OUT_OF_ORDER = () => { throw new GatewayFailure('Card is out of order.', { kind: 'server', passing: true }); };

let shop: ReconcilingShop;
beforeEach(async () => {
  Logger.overrideLogger(false);
  shop = await openReconcilingShop();
  await shop.scheduled.findDue(10);
});
afterEach(() => shop.close());

const perform = (of: Pick<ReconcilingShop, 'scheduled'> = shop) => of.scheduled.perform({ id: CARD });
const due = () => shop.sql(`update payment_reconciliation set next_run_at = now() - interval '90 minutes' where processor = $1`, [CARD]);
const run = async () => (await shop.runs.list()).find(({ processor }) => processor === CARD);
const hoursUntil = (at: Date | undefined) => ((at?.getTime() ?? 0) - Date.now()) / HOUR_MS;

describe('scheduled reconciliations', () => {
  it('are a source of due work: each gateway of the map for itself, an hour after it is new, and nothing that takes no money', async () => {
    expect(shop.scheduled.name).toBe(PAYMENT_RECONCILIATION);
    expect(await shop.scheduled.findDue(10)).toEqual([]);
    const runs = await shop.runs.list();
    expect(runs.map(({ processor, isRunning, last }) => [processor, isRunning, last])).toEqual([[CARD, false, null], [CARD_EU, false, null]]);
    for (const { nextRunAt } of runs) expect(hoursUntil(nextRunAt)).toBeCloseTo(1, 1);
    await due();
    expect(await shop.scheduled.findDue(10)).toEqual([{ id: CARD, dueAt: expect.any(Date), alone: false }]);
  });

  it('leave alone what the map no longer has', async () => {
    await shop.sql(`insert into payment_reconciliation (processor, next_run_at) values ('gone', now())`);
    expect(await shop.scheduled.findDue(10)).toEqual([]);
    await shop.scheduled.perform({ id: 'gone' });
    expect(shop.gateway.lists).toBe(0);
  });

  it('write down what was found in the last three days, change nothing, and come again the next day at the same time', async () => {
    shop.gateway.put({ reference: 'pi_strange' });
    const { id } = await written(shop, { status: 'started' });
    shop.gateway.put({ reference: `pi_${id}`, paymentId: id });
    await due();
    await perform();
    const { nextRunAt, isRunning, last } = (await run()) ?? {};
    expect(hoursUntil(nextRunAt)).toBeCloseTo(22.5, 1);
    expect(isRunning).toBe(false);
    expect(last).toMatchObject({ end: 'complete', failure: null, repaired: false, settled: 0, listed: 2, own: 0, differences: { captured_without_order: 1, captured_not_here: 1 }, findings: [{ paymentId: id, repair: null }, { reference: 'pi_strange' }] });
    expect([(last?.until.getTime() ?? 0) - (last?.since.getTime() ?? 0), hoursUntil(last?.until)]).toEqual([72 * HOUR_MS, expect.closeTo(-4, 1)]);
    expect(await shop.sql('select status from payment where id = $1', [id])).toEqual([{ status: 'started' }]);
    await perform();
    expect(shop.gateway.lists).toBe(1);
  });

  it('repair what is no doubt where they are told to', async () => {
    const { id } = await written(shop, { status: 'started' });
    shop.gateway.put({ reference: `pi_${id}`, paymentId: id });
    await due();
    await perform(await shop.replica({ repair: true }));
    expect((await run())?.last).toMatchObject({ repaired: true, settled: 1, differences: { captured_not_here: 0 }, findings: [{ paymentId: id, repair: 'settled' }] });
    expect(await shop.sql(`select distinct actor from order_history where event = 'pay'`)).toEqual([{ actor: 'reconcile:scheduler' }]);
  });

  it('keep a hundred differences, and count all', async () => {
    for (let made = 0; made < 130; made += 1) shop.gateway.put({ reference: `pi_${made}` });
    await due();
    await perform();
    const { last } = (await run()) ?? {};
    expect([last?.findings.length, last?.differences.captured_without_order]).toEqual([100, 130]);
  });

  it('that could not be made to the end say so, and come again in an hour', async () => {
    shop.gateway.put({ reference: 'pi_strange' });
    shop.gateway.onCall = OUT_OF_ORDER;
    await due();
    await perform();
    const { nextRunAt, last } = (await run()) ?? {};
    expect(last).toMatchObject({ end: 'failed', failure: { kind: 'server', detail: 'Card is out of order.' } });
    expect(hoursUntil(nextRunAt)).toBeCloseTo(1, 1);
  });

  it('that could not be made to the end leave what the last complete one found, and when that was', async () => {
    shop.gateway.put({ reference: 'pi_strange' });
    await due();
    await perform();
    const complete = (await run()) ?? { last: null, lastCompleteAt: null, secondsSinceComplete: null };
    expect([complete.lastCompleteAt, complete.secondsSinceComplete]).toEqual([complete.last?.endedAt, expect.closeTo(0, -1)]);
    shop.gateway.onCall = OUT_OF_ORDER;
    await due();
    await perform();
    const { last, lastCompleteAt } = (await run()) ?? {};
    const { findings, differences, since, until, listed } = complete.last ?? {};
    expect(last).toMatchObject({ end: 'failed', failure: { kind: 'server', detail: 'Card is out of order.' }, findings, differences, since, until, listed });
    expect([lastCompleteAt, differences?.captured_without_order]).toEqual([complete.lastCompleteAt, 1]);
    expect(last?.endedAt.getTime()).toBeGreaterThan(complete.last?.endedAt.getTime() ?? 0);
    shop.gateway.onCall = () => undefined;
    shop.gateway.held.clear();
    await due();
    await perform();
    expect((await run())?.last).toMatchObject({ end: 'complete', failure: null, findings: [], listed: 0, differences: { captured_without_order: 0 } });
  });

  it('say for how long they are overdue', async () => {
    expect((await run())?.overdueSeconds).toBe(0);
    await due();
    expect((await run())?.overdueSeconds).toBeCloseTo(5_400, -2);
  });
});

describe('one replica alone makes a run', () => {
  it('when all see at once that it is due (the condition: `lease_until` of CLAIM_RUN)', async () => {
    const replicas = await Promise.all([shop.replica(), shop.replica(), shop.replica()]);
    await due();
    shop.gateway.put({ reference: 'pi_strange' });
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    shop.gateway.onCall = () => held;
    const first = perform();
    await until('it has begun', () => Promise.resolve(shop.gateway.lists === 1));
    expect((await run())?.isRunning).toBe(true);
    await Promise.all(replicas.map((replica) => perform(replica)));
    expect(shop.gateway.lists).toBe(1);
    goOn();
    await first;
    expect((await run())?.last?.end).toBe('complete');
  });

  it('longer than a lease, which it renews', async () => {
    const slow = await shop.replica({ leaseMs: 300 });
    await due();
    shop.gateway.put({ reference: 'pi_strange' });
    const leases = new Set<number>();
    const lease = async () => (await shop.sql<{ lease_until: Date | null }>(`select lease_until from payment_reconciliation where processor = $1`, [CARD]))[0]?.lease_until?.getTime();
    shop.gateway.onCall = () => until('it is renewed twice', async () => leases.add((await lease()) ?? 0).size > 2);
    await perform(slow);
    expect((await run())?.last?.end).toBe('complete');
  });

  it('and another one, where the first is dead: what that one would still write counts no more (the fence: `claim_id` of SETTLE_RUN)', async () => {
    const frozen = await shop.runs.claim(CARD, 1);
    expect(frozen).toBeUndefined();
    await due();
    const dead = await shop.runs.claim(CARD, 0);
    if (!dead) throw new Error('It was due.');
    await perform();
    const [before, next] = [(await run())?.last?.endedAt, (await run())?.nextRunAt];
    await shop.runs.settle(dead, { ...((await run())?.last as never as object), end: 'failed' } as never);
    expect([(await run())?.last?.end, (await run())?.last?.endedAt, (await run())?.nextRunAt]).toEqual(['complete', before, next]);
    expect(await shop.runs.renew(dead, 1_000)).toBe(false);
  });

  it('until it is stopped: then the run is due for another at once', async () => {
    const stopping = await shop.replica();
    await due();
    for (let made = 0; made < 3; made += 1) shop.gateway.put({ reference: `pi_${made}` });
    shop.gateway.onCall = () => void stopping.scheduled.onModuleDestroy();
    await perform(stopping);
    expect(await run()).toMatchObject({ isRunning: false, last: null });
    await perform(stopping);
    expect(shop.gateway.lists).toBe(1);
    shop.gateway.onCall = () => undefined;
    await perform();
    expect((await run())?.last).toMatchObject({ end: 'complete', listed: 3 });
  });
});

it('everything that a comparison asks of a million payments is found by an index', async () => {
  await shop.sql(
    `with placed as (
       insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
       select gen_random_uuid(), 'M-' || n, 'complete', 'USD', 4900, 'ada', 'ada', false, 'card', 'settled', 1, now() from generate_series(1, 20000) n returning id, number
     )
     insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, capture_reference, captured_minor, captured_currency, opened_order, created_at, captured_at, updated_at)
     select gen_random_uuid(), id, number, case when right(number, 1) = '1' then 'card-eu' else 'card' end, 'captured', 4900, 'USD', 'pi_' || number, 'ch_' || number, 4900, 'USD', true, now(), now() - right(number, 4)::int * interval '7 minutes', now() from placed where number <> 'M-1'
       and length(number) > 5`,
  );
  await shop.sql('analyze');
  const page = (prefix: string) => `array(select '${prefix}' || n from generate_series(1, 200) n)`;
  const [since, before] = [`(now() - interval '3 days')`, `(now() - interval '4 hours')`];
  const cases: [{ text: string }, string[], string[]][] = [
    [FIND_LISTED, [`'card'`, page('pi_M-'), page('ch_M-'), `array(select gen_random_uuid() from generate_series(1, 200))`], ['payment_reference_key', 'payment_capture_reference_index', 'payment_pkey']],
    [FIND_CAPTURED, [`'card'`, since, `gen_random_uuid()`, before, '200'], ['payment_captured_index']],
    [FIND_CUT, [`'card'`, since, before, '20000'], ['payment_captured_index']],
    [FIND_ORDERS, [page('M-')], ['orders_number_key']],
  ];
  for (const [{ text }, values, indexes] of cases) {
    const asked = values.reduce((sql, value, index) => sql.replaceAll(new RegExp(`\\$${index + 1}(?!\\d)`, 'g'), value), text);
    const plan = (await shop.sql<Record<string, string>>(`explain ${asked}`)).map((row) => row['QUERY PLAN']).join('\n');
    for (const index of indexes) expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan/);
  }
});
