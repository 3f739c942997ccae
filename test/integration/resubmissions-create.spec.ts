import { randomUUIDv7 } from 'node:crypto';
import { ConfirmRequiredError, IdempotencyKeyReusedError, NothingMatchesError, type ResubmissionFilter } from '#orders';
import { block } from '../support/blocker.js';
import { SERVER_FAILURE, newOrder, openOrders, placed, type OrdersUnderTest } from '../support/orders.js';
import { parkingLot, unfinished, wish } from '../support/resubmissions.js';
import { until } from '../support/until.js';

let shop: OrdersUnderTest;
let lot: ReturnType<typeof parkingLot>;
beforeAll(async () => {
  shop = await openOrders();
  lot = parkingLot(shop);
});
afterAll(() => shop.close());

/** A SKU of the test's own, so that its lines are not those of another. */
let next = 0;
const ownSku = () => `SKU${(next += 1)}`;
const set = (lineId: string, change: string) => shop.sql(`update order_line set ${change} where id = $1`, [lineId]);
const lineIdsOf = async (id: string) => (await lot.reader.lines(id, { limit: 100 })).items.map(({ lineId }) => lineId);
const rowCount = async () => (await shop.sql<{ n: number }>('select (select count(*) from resubmission)::int + (select count(*) from resubmission_line)::int as n'))[0]?.n;

describe('a filter', () => {
  it('means unfinished lines of paid orders and leaves alone what is held, given up, worked on or finished', async () => {
    const sku = ownSku();
    const [plain, held, givenUp, claimed, lapsed, unpaid, fulfilled] = [await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku })];
    await set(held.lineId, 'held_at = now()');
    await set(givenUp.lineId, 'given_up_at = now()');
    await set(claimed.lineId, `claim_id = gen_random_uuid(), claim_purpose = 'revoke', lease_until = now() + interval '1 minute'`);
    await set(lapsed.lineId, `claim_id = gen_random_uuid(), claim_purpose = 'revoke', lease_until = now()`);
    await set(unpaid.lineId, 'paid_at = null');
    await set(fulfilled.lineId, `status = 'fulfilled'`);
    const { operation } = await lot.resubmissions.create(wish({ sku }));
    expect(await lineIdsOf(operation.id)).toEqual([plain.lineId, lapsed.lineId]);
    expect(await lot.resubmissions.preview({ sku })).toMatchObject({ matches: { count: 2, atLeast: false }, held: { count: 1, atLeast: false } });
    expect((await lot.resubmissions.preview({ sku, givenUp: true })).sample.map(({ lineId }) => lineId)).toEqual([givenUp.lineId]);
  });

  it('does not mean a line that is being delivered', async () => {
    const order = newOrder();
    await placed(shop, order);
    expect((await lot.resubmissions.preview({ learner: order.learner.username })).matches.count).toBe(0);
  });

  it.each<[string, (line: Awaited<ReturnType<typeof unfinished>>) => ResubmissionFilter]>([
    ['failureKind', () => ({ failureKind: 'server' })],
    ['productType', () => ({ productType: 'donation' })],
    ['courseId', () => ({ courseId: 'course-v1:AcmeX+RARE+2026' })],
    ['learner', ({ username }) => ({ learner: username })],
    ['orderNumber', ({ number }) => ({ orderNumber: number })],
    ['status', () => ({ status: 'waiting' })],
    ['paidBefore', () => ({ paidBefore: new Date('2026-01-02T00:00:00Z') })],
    ['paidAfter', () => ({ paidAfter: new Date('2036-01-01T00:00:00Z') })],
  ])('by %s means that line and not its neighbour', async (name, filterOf) => {
    const sku = ownSku();
    const mine = await unfinished(shop, { sku, productType: 'donation', details: { courseId: 'course-v1:AcmeX+RARE+2026' } }, SERVER_FAILURE);
    await unfinished(shop, { sku });
    if (name === 'paidBefore') await set(mine.lineId, `paid_at = '2026-01-01'`);
    if (name === 'paidAfter') await set(mine.lineId, `paid_at = '2036-01-01T00:00:00Z'`);
    const { operation } = await lot.resubmissions.create(wish({ ...filterOf(mine), sku }));
    expect(await lineIdsOf(operation.id)).toEqual([mine.lineId]);
  });

  it('by the kind "none" means what was never tried', async () => {
    const sku = ownSku();
    const never = await unfinished(shop, { sku }, { result: 'released' });
    await unfinished(shop, { sku });
    expect((await lot.resubmissions.preview({ sku, failureKind: 'none' })).sample).toEqual([expect.objectContaining({ lineId: never.lineId, status: 'waiting', failure: null })]);
  });
});

describe('an operation', () => {
  it('is written with its lines, or not at all', async () => {
    const sku = ownSku();
    const { lineId } = await unfinished(shop, { sku });
    const wanted = wish({ sku, status: 'failed' }, { refreshDetails: true });
    const { operation, replayed } = await lot.resubmissions.create(wanted);
    expect(replayed).toBe(false);
    expect(operation).toMatchObject({ actor: 'olga', reason: 'the LMS works again', refreshDetails: true, lineCount: 1, filter: { sku, status: 'failed' } });
    expect(await lot.reader.byId(operation.id)).toEqual(operation);
    expect(await lot.reader.progress(operation.id)).toEqual({ waiting: 1, running: 0, fulfilled: 0, waitingAgain: 0, failed: 0, skipped: 0 });
    expect((await lot.reader.lines(operation.id, { limit: 10, result: 'waiting' })).items).toEqual([expect.objectContaining({ lineId, sku, result: 'waiting', skipped: null, status: 'failed', failure: { kind: 'rejected', detail: 'The mode is expired.' } })]);
    expect((await lot.reader.lines(operation.id, { limit: 10, result: 'running' })).items).toEqual([]);
    const before = await rowCount();
    await expect(lot.resubmissions.create(wish({ sku: ownSku() }))).rejects.toThrow(NothingMatchesError);
    expect(await rowCount()).toBe(before);
  });

  it('that leaves nothing out must be confirmed', async () => {
    await unfinished(shop);
    const before = await rowCount();
    await expect(lot.resubmissions.create(wish({ givenUp: false }))).rejects.toThrow(ConfirmRequiredError);
    expect(await rowCount()).toBe(before);
    expect((await lot.resubmissions.create(wish({}, { confirm: true }))).operation.lineCount).toBeGreaterThan(0);
  });

  it('is one for twenty requests with one key at the same moment (fails without "on conflict" and the second look at the key)', async () => {
    const sku = ownSku();
    await unfinished(shop, { sku });
    const wanted = wish({ sku });
    // All have looked for the key in vain before one of them may write.
    const blocker = await block(shop.databaseUrl, 'lock table resubmission in share row exclusive mode');
    const asked = Promise.all(Array.from({ length: 20 }, () => lot.resubmissions.create(wanted)));
    await until('all twenty wait', async () => (await shop.sql(`select 1 from pg_locks where relation = 'resubmission'::regclass and not granted`)).length === 20);
    await blocker.release();
    const answers = await asked;
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await shop.sql('select 1 from resubmission where idempotency_key = $1', [wanted.idempotencyKey])).toHaveLength(1);
  });

  it('is given again for its key, also when its lines are finished by now; another body or another actor is not', async () => {
    const sku = ownSku();
    const { lineId } = await unfinished(shop, { sku });
    const wanted = wish({ sku });
    const { operation } = await lot.resubmissions.create(wanted);
    await set(lineId, `status = 'fulfilled'`);
    expect(await lot.resubmissions.create(wanted)).toEqual({ operation, replayed: true });
    await expect(lot.resubmissions.create({ ...wanted, fingerprint: 'other' })).rejects.toThrow(IdempotencyKeyReusedError);
    await expect(lot.resubmissions.create({ ...wanted, actor: 'otto' })).rejects.toThrow(NothingMatchesError);
  });

  it('is listed newest first, in pages, and so are its lines, oldest first', async () => {
    const sku = ownSku();
    const lines = [await unfinished(shop, { sku }), await unfinished(shop, { sku }), await unfinished(shop, { sku })];
    const first = (await lot.resubmissions.create(wish({ sku }))).operation;
    const second = (await lot.resubmissions.create(wish({ sku }))).operation;
    const top = await lot.reader.list(1, null);
    expect([top.items.map(({ id }) => id), (await lot.reader.list(1, top.nextAfterId)).items.map(({ id }) => id)]).toEqual([[second.id], [first.id]]);
    const page = await lot.reader.lines(first.id, { limit: 2 });
    const rest = await lot.reader.lines(first.id, { limit: 2, afterId: page.nextAfterId });
    expect([...page.items, ...rest.items].map(({ lineId }) => lineId)).toEqual(lines.map(({ lineId }) => lineId));
    expect(rest.nextAfterId).toBeNull();
    await expect(lot.reader.byId(randomUUIDv7())).rejects.toThrow('no such resubmission');
  });
});
