import type { Refusal } from '#limits';
import type { AskedBy } from '#orders';
import { CLAIM_RESUBMISSION_LINE, claimResubmissionLineValues } from '../../libs/orders/src/statements/claim.statement.js';
import { block } from '../support/blocker.js';
import { FULFILLED, LEASE_MS, SERVER_FAILURE, allEnded, openOrders, type OrdersUnderTest } from '../support/orders.js';
import { BAD_GATEWAY, FakeLimits, ListingProvider, parkingLot, turnsOf, unfinished, wish } from '../support/resubmissions.js';
import { until } from '../support/until.js';

let shop: OrdersUnderTest;
let lot: ReturnType<typeof parkingLot>;
beforeAll(async () => {
  shop = await openOrders();
  lot = parkingLot(shop);
});
afterEach(() => shop.sql('delete from resubmission_line'));
afterAll(() => shop.close());

const olga: AskedBy = { kind: 'resubmission', actor: 'olga', reason: 'again' };
const PAUSED: Refusal = { cause: 'paused', kind: 'network', detail: 'paused', retryInMs: 60_000 };
const set = (lineId: string, change: string) => shop.sql(`update order_line set ${change} where id = $1`, [lineId]);
const lapse = (lineId: string) => set(lineId, `lease_until = now() - interval '1 second'`);
const resultsOf = async (id: string) => (await lot.reader.lines(id, { limit: 100 })).items.map(({ result, skipped }) => skipped ?? result);
const attemptsOf = (lineId: string) => shop.sql<{ requested_by: string; outcome: string }>('select requested_by, outcome from fulfillment_attempt where line_id = $1 order by started_at', [lineId]);

/** An operation on so many lines of a SKU of its own, and its source of turns. */
async function sentAgain(count: number, options: Parameters<typeof turnsOf>[1] & { refreshDetails?: boolean } = {}) {
  const sku = `SKU-${Math.random().toString(36).slice(2, 10)}`;
  const lines = [];
  for (let index = 0; index < count; index += 1) lines.push(await unfinished(shop, { sku }));
  const { operation } = await lot.resubmissions.create(wish({ sku }, { refreshDetails: options.refreshDetails ?? false }));
  return { ...(await turnsOf(shop, options)), operation, lines, turnId: { resubmissionId: operation.id, lineId: lines[0]?.lineId ?? '' } };
}

async function performAll({ turns }: Pick<Awaited<ReturnType<typeof turnsOf>>, 'turns'>, limit = 100): Promise<number> {
  const found = await turns.findDue(limit);
  for (const work of found) await turns.perform(work);
  return found.length;
}

describe('the turns of an operation', () => {
  it('send each line once, oldest first, in the name of the operator and with his reason', async () => {
    const sent = await sentAgain(3);
    expect(await performAll(sent)).toBe(3);
    expect(sent.provider.calls.map(({ lineKey }) => lineKey)).toEqual(sent.lines.map(({ lineId }) => lineId));
    expect(await lot.reader.progress(sent.operation.id)).toEqual({ waiting: 0, running: 0, fulfilled: 3, waitingAgain: 0, failed: 0, skipped: 0 });
    expect(await performAll(sent)).toBe(0);
    expect((await attemptsOf(sent.turnId.lineId)).at(-1)).toEqual({ requested_by: 'resubmission:olga', outcome: 'fulfilled' });
    const { history } = await shop.reader.detail(sent.lines[0]?.number ?? '');
    expect(history.getItems().map(({ event, actor, reason }) => [event, actor, reason])).toContainEqual(['resubmit', 'olga', 'the LMS works again']);
    expect(sent.limits.leavesOut).toBe(0);
  });

  it('begin with the oldest operation, and are found no more than they are asked for', async () => {
    const first = await sentAgain(2);
    await sentAgain(2);
    const found = await first.turns.findDue(3);
    expect(found.map(({ id }) => id.split('/')[0] === first.operation.id)).toEqual([true, true, false]);
    expect(found.map(({ dueAt }) => dueAt.getTime())[0]).toBe(first.operation.createdAt.getTime());
  });

  it('leave what they could not deliver to the retries', async () => {
    const sent = await sentAgain(2);
    sent.provider.failure = BAD_GATEWAY;
    await performAll(sent);
    expect(await resultsOf(sent.operation.id)).toEqual(['waitingAgain', 'waitingAgain']);
    expect(await performAll(sent)).toBe(0);
    await set(sent.lines[0]?.lineId ?? '', `status = 'fulfilled'`);
    await set(sent.lines[1]?.lineId ?? '', `status = 'failed'`);
    expect(await resultsOf(sent.operation.id)).toEqual(['fulfilled', 'failed']);
  });

  it('deliver by the details of today where that is asked for, and say in the history what they were', async () => {
    const details = { courseId: 'course-v1:AcmeX+BIO2+2026', mode: 'verified' };
    const productDetails = (ids: readonly string[]) => Promise.resolve(Object.fromEntries(ids.map((id) => [id, details])));
    const sent = await sentAgain(1, { productDetails, refreshDetails: true });
    await performAll(sent);
    expect(sent.provider.calls.map((call) => call.details)).toEqual([details]);
    const changes = await shop.sql<{ change: { details: { to: unknown } } }>('select change from order_history where line_id = $1 and change is not null', [sent.turnId.lineId]);
    expect(changes.map(({ change }) => change.details.to)).toEqual([details]);
  });
});

describe('a line that cannot be sent in its turn', () => {
  it.each([
    ['fulfilled', `status = 'fulfilled'`],
    ['revoked', `status = 'revoked'`],
    ['held', 'held_at = now()'],
    ['given_up', 'given_up_at = now()'],
    ['in_delivery', `claim_id = gen_random_uuid(), claim_purpose = 'deliver', status = 'fulfilling', lease_until = now() + interval '1 minute'`],
    ['in_delivery', `status = 'accepted', accepted_reference = 'job', accepted_until = now() + interval '1 hour', verify_every_ms = 1000, next_attempt_at = now()`],
  ])('because it is %s meanwhile is left alone, and its row says so', async (reason, change) => {
    const sent = await sentAgain(1);
    await set(sent.turnId.lineId, change);
    await performAll(sent);
    expect([sent.provider.calls, await resultsOf(sent.operation.id), sent.limits.leavesOut]).toEqual([[], [reason], 0]);
    await set(sent.turnId.lineId, `status = 'failed', claim_id = null, claim_purpose = null, lease_until = null, held_at = null, given_up_at = null`);
    expect(await performAll(sent)).toBe(0);
  });

  it('because its row is locked just now keeps its turn', async () => {
    const sent = await sentAgain(1);
    await shop.em.fork().transactional(async (em) => {
      await em.execute('select 1 from order_line where id = ? for update', [sent.turnId.lineId]);
      await performAll(sent);
    });
    expect([await resultsOf(sent.operation.id), sent.limits.leavesOut]).toEqual([['waiting'], 0]);
    await performAll(sent);
    expect(await resultsOf(sent.operation.id)).toEqual(['fulfilled']);
  });

  it('because there is no leave keeps its turn, and nothing is written', async () => {
    const limits = new FakeLimits();
    const sent = await sentAgain(1, { limits });
    const found = await sent.turns.findDue(10);
    limits.refusal = PAUSED;
    for (const work of found) await sent.turns.perform(work);
    expect([await resultsOf(sent.operation.id), (await attemptsOf(sent.turnId.lineId)).length]).toEqual([['waiting'], 1]);
  });

  it('because the catalog is away keeps its turn, and gives its leave back', async () => {
    const sent = await sentAgain(1, { productDetails: () => Promise.reject(new Error('away')), refreshDetails: true });
    await expect(performAll(sent)).rejects.toThrow('away');
    expect([await resultsOf(sent.operation.id), sent.limits.leavesOut]).toEqual([['waiting'], 0]);
  });
});

describe('a provider that must not be called', () => {
  it('keeps no line of another waiting, however many of its own stand before', async () => {
    const limits = new FakeLimits();
    const blocked = await sentAgain(1, { limits });
    // More than one search looks past.
    await shop.sql(
      `insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, learner_username, sold_once, status, attempts, paid_at)
       select gen_random_uuid(), order_id, n, sku, product_id, product_type, title, details, quantity, unit_price_minor, 'learner-' || n, sold_once, status, attempts, paid_at
         from order_line, generate_series(2, 5200) n where id = $1`,
      [blocked.turnId.lineId],
    );
    await lot.resubmissions.create(wish({ status: 'failed', productType: 'seat' }));
    const donation = await unfinished(shop, { productType: 'donation' });
    await lot.resubmissions.create(wish({ productType: 'donation' }));
    limits.blockedNames.add('lms');
    const searches = [await blocked.turns.findDue(10), await blocked.turns.findDue(10), await blocked.turns.findDue(10)];
    expect(searches.map((found) => found.map(({ id }) => id.split('/')[1]))).toEqual([[], [donation.lineId], [donation.lineId]]);
    limits.blockedNames.clear();
    expect((await blocked.turns.findDue(1)).map(({ id }) => id.split('/')[1])).toEqual([blocked.turnId.lineId]);
  });
});

describe('one turn', () => {
  it('gives its line to one of twenty who ask at the same moment, also when that one is done before the others come (fails without "r.claim_id is null" in CLAIM_RESUBMISSION_LINE)', async () => {
    const sent = await sentAgain(1);
    const claimOnce = async () => {
      const claim = await lot.due.claim(sent.turnId, { askedBy: olga, details: null, alone: true });
      if (claim) await shop.settling.settle(claim, 'olga', allEnded(claim, SERVER_FAILURE));
      return claim;
    };
    const claims = await Promise.all(Array.from({ length: 20 }, claimOnce));
    expect([...claims, await claimOnce()].filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('is not had again by who looked before it began and comes when it is over (fails without the lock on r in CLAIM_RESUBMISSION_LINE)', async () => {
    const sent = await sentAgain(1);
    await shop.sql(`create function stands_still() returns boolean language plpgsql as $$ begin perform pg_advisory_xact_lock_shared(7); return true; end $$`);
    const gate = await block(shop.databaseUrl, 'select pg_advisory_lock(7)');
    // The very statement, standing still between its look and its locks.
    const late = shop.sql(CLAIM_RESUBMISSION_LINE.text.replace('where l.id = $1', 'where stands_still() and l.id = $1'), claimResubmissionLineValues(sent.turnId.lineId, LEASE_MS, olga, { resubmissionId: sent.operation.id, details: null, alone: true }));
    await until('the late one stands still', async () => (await shop.sql(`select 1 from pg_locks where locktype = 'advisory' and not granted`)).length === 1);
    const claim = await lot.due.claim(sent.turnId, { askedBy: olga, details: null, alone: true });
    if (!claim) throw new Error('The first one did not get the line.');
    await shop.settling.settle(claim, 'olga', allEnded(claim, SERVER_FAILURE));
    await gate.release();
    expect(await late).toEqual([]);
  });

  it('is performed by one of twenty', async () => {
    const sent = await sentAgain(1);
    const found = await sent.turns.findDue(1);
    await Promise.all(Array.from({ length: 20 }, () => found).flat().map((work) => sent.turns.perform(work)));
    expect([sent.provider.calls.length, await resultsOf(sent.operation.id), sent.limits.leavesOut]).toEqual([1, ['fulfilled'], 0]);
  });

  it('of a process that died with it is running, is taken over by the retries, and is not sent again by the operation', async () => {
    const sent = await sentAgain(1);
    await lot.due.claim(sent.turnId, { askedBy: olga, details: null, alone: true });
    expect([await resultsOf(sent.operation.id), await performAll(sent)]).toEqual([['running'], 0]);
    await lapse(sent.turnId.lineId);
    expect([await resultsOf(sent.operation.id), await performAll(sent)]).toEqual([['running'], 0]);
    const [left] = await shop.due.find(10, []);
    expect(left).toMatchObject({ lineId: sent.turnId.lineId, alone: true });
    const retry = await shop.due.claim(sent.turnId.lineId, { kind: 'retry', actor: 'scheduler', reason: null }, { alone: true, onlyLeft: false });
    if (!retry) throw new Error('The retry did not get the line.');
    expect(await resultsOf(sent.operation.id)).toEqual(['waitingAgain']);
    await shop.settling.settle(retry, 'scheduler', allEnded(retry, FULFILLED));
    expect([await resultsOf(sent.operation.id), await performAll(sent)]).toEqual([['fulfilled'], 0]);
    expect((await attemptsOf(sent.turnId.lineId)).map(({ outcome }) => outcome)).toEqual(['failed', 'unknown', 'fulfilled']);
  });

  it('of a line that holders were lost with is to be performed alone', async () => {
    const sent = await sentAgain(2, { provider: new ListingProvider() });
    await set(sent.turnId.lineId, 'lost_leases = 3');
    expect((await sent.turns.findDue(10)).map(({ alone }) => alone)).toEqual([true, false]);
  });
});
