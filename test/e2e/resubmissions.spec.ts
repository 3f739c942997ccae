import { becomesTrue } from '../../apps/local/src/polling.js';
import type { Answer, OrderBody, ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

interface Operation {
  readonly id: string;
  readonly lineCount: number;
  readonly done: boolean;
  readonly progress: Readonly<Record<string, number>>;
  readonly lines: { readonly items: readonly { readonly lineId: string; readonly result: string; readonly skipped: string | null; readonly orderNumber: string }[]; readonly nextCursor: string | null };
}

interface DryRun {
  readonly dryRun: boolean;
  readonly matches: { readonly count: number; readonly atLeast: boolean };
  readonly held: { readonly count: number };
  readonly sample: readonly { readonly orderNumber: string; readonly status: string; readonly failure: { readonly kind: string } | null }[];
}

const UNKNOWN_ID = '01900000-0000-7000-8000-000000000000';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterEach(() => shop.lms.control.reset());
afterAll(() => shop.close());

const ask = <Body>(method: string, path: string, options = {}): Promise<Answer<Body>> => shop.ask<Body>(method, path, { token: shop.staff, ...options });
const resubmit = <Body = Operation>(filter: unknown, more: Readonly<Record<string, unknown>> = {}, options = {}) => ask<Body>('POST', '/v1/resubmissions', { body: { filter, reason: 'the LMS works again', ...more }, ...options });
const follow = async (id: string, query = '') => (await ask<Operation>('GET', `/v1/resubmissions/${id}${query}`)).body;

/** Orders of one learner that the LMS refused for good: they wait for an operator. */
async function parked(count: number): Promise<{ username: string; orders: OrderBody[] }> {
  const { username } = await shop.learner();
  await shop.lms.control.faults({ kind: 'status', status: 403 });
  const orders = [];
  for (const sku of ['BIO_VERIFIED', 'CHEM_VERIFIED', 'PHYS_PRO'].slice(0, count)) orders.push((await shop.sell(username, [sku])).body);
  await shop.lms.control.mend();
  return { username, orders };
}

describe('an operator who clears the parking lot', () => {
  it('looks at it, tries his filter, sends the lines again and follows them to the end', async () => {
    const { username, orders } = await parked(3);
    const board = await ask<{ groups: { failureKind: string; courseId: string; count: number; failed: number }[]; totals: { failed: number } }>('GET', '/v1/operations/failures?failureKind=rejected&productType=seat');
    expect(board.status).toBe(200);
    expect([board.body.groups.map(({ count, failed }) => [count, failed]), board.body.totals.failed]).toEqual([[[1, 1], [1, 1], [1, 1]], 3]);
    await shop.sql('update order_line set held_at = now() where id = $1', [orders[2]?.lines[0]?.id]);

    const tried = await resubmit<DryRun>({ learner: username, status: 'failed' }, { dryRun: true }, { key: null });
    expect([tried.status, tried.body]).toMatchObject([200, { dryRun: true, matches: { count: 2, atLeast: false }, held: { count: 1, atLeast: false } }]);
    expect(tried.body.sample.map(({ orderNumber, status, failure }) => [orderNumber, status, failure?.kind])).toEqual(orders.slice(0, 2).map(({ number }) => [number, 'failed', 'rejected']));

    const begun = await resubmit({ learner: username, status: 'failed' });
    expect([begun.status, begun.body.lineCount, begun.headers.get('location')]).toEqual([202, 2, `/v1/resubmissions/${begun.body.id}`]);
    expect(await follow(begun.body.id)).toMatchObject({ done: false, progress: { waiting: 2 } });
    const worker = await shop.startWorker();
    expect(await becomesTrue(async () => (await follow(begun.body.id)).done, { limitMs: 20_000 })).toBe(true);
    await worker.stop();

    expect(await follow(begun.body.id)).toMatchObject({ actor: 'staff', reason: 'the LMS works again', filter: { learner: username, status: 'failed' }, progress: { waiting: 0, running: 0, fulfilled: 2, waitingAgain: 0, failed: 0, skipped: 0 } });
    expect((await follow(begun.body.id, '?result=failed')).lines.items).toEqual([]);
    const page = (await follow(begun.body.id, '?limit=1&result=fulfilled')).lines;
    const rest = (await follow(begun.body.id, `?limit=1&result=fulfilled&cursor=${page.nextCursor}`)).lines;
    expect([...page.items, ...rest.items].map(({ orderNumber }) => orderNumber)).toEqual(orders.slice(0, 2).map(({ number }) => number));
    expect((await shop.lms.control.enrollments({ user: username })).map(({ isActive }) => isActive)).toEqual([true, true]);
    expect((await shop.order(orders[0]?.number ?? '')).lines[0]?.attemptLog.map(({ requestedBy }) => requestedBy)).toEqual(['checkout:staff', 'resubmission:staff']);

    const csv = await ask('GET', `/v1/resubmissions/${begun.body.id}/lines.csv`);
    expect([csv.status, csv.headers.get('content-type'), csv.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8', `attachment; filename="resubmission-${begun.body.id}.csv"`]);
    expect(csv.text.split('\r\n').map((row) => row.split(',').slice(1, 4))).toEqual([['orderNumber', 'learner', 'sku'], [orders[0]?.number, username, 'BIO_VERIFIED'], [orders[1]?.number, username, 'CHEM_VERIFIED'], []]);
  }, 60_000);

  it('gets the same operation for the same key, and sees it in the list', async () => {
    const { username } = await parked(1);
    const first = await resubmit({ learner: username }, {}, { key: 'k-1' });
    const again = await resubmit({ learner: username }, {}, { key: 'k-1' });
    expect([again.status, again.body, again.headers.get('idempotency-replayed'), first.headers.get('idempotency-replayed')]).toEqual([202, first.body, 'true', null]);
    const other = await resubmit<ProblemBody>({ learner: 'somebody' }, {}, { key: 'k-1' });
    expect(other.body.code).toBe('idempotency_key_reused');
    const list = await ask<{ items: { id: string }[]; nextCursor: string | null }>('GET', '/v1/resubmissions?limit=1');
    expect([list.body.items.map(({ id }) => id), list.body.nextCursor]).toEqual([[first.body.id], expect.any(String)]);
  });
});

describe('what is refused', () => {
  it.each([
    ['POST', '/v1/resubmissions'],
    ['GET', '/v1/resubmissions'],
    ['GET', `/v1/resubmissions/${UNKNOWN_ID}`],
    ['GET', `/v1/resubmissions/${UNKNOWN_ID}/lines.csv`],
    ['GET', '/v1/operations/failures'],
  ])('%s %s to a learner, and to nobody', async (method, path) => {
    const { token } = await shop.learner();
    const body = method === 'POST' ? { filter: { sku: 'X' }, reason: 'x' } : undefined;
    expect((await shop.ask<ProblemBody>(method, path, { token, body })).body.code).toBe('staff_only');
    expect((await shop.ask<ProblemBody>(method, path, { body })).status).toBe(401);
  });

  it.each<[string, number, string, unknown]>([
    ['an unknown filter', 400, '/filter/kind', { filter: { kind: 'server' }, reason: 'x' }],
    ['an unknown field', 400, '/dry_run', { filter: {}, reason: 'x', dry_run: true }],
    ['no reason', 400, '/reason', { filter: { sku: 'X' } }],
  ])('%s, by its name', async (_, status, pointer, body) => {
    const refused = await ask<ProblemBody>('POST', '/v1/resubmissions', { body });
    expect([refused.status, refused.body.errors?.map((error) => error.pointer)]).toEqual([status, [pointer]]);
  });

  it('a filter that leaves nothing out, unless it is confirmed; a filter that nothing matches; a missing key. Nothing is written', async () => {
    const count = async () => (await shop.sql<{ n: number }>('select count(*)::int as n from resubmission'))[0]?.n;
    const before = await count();
    const codes = [await resubmit<ProblemBody>({}), await resubmit<ProblemBody>({ sku: 'NEVER-SOLD' }), await resubmit<ProblemBody>({ sku: 'X' }, {}, { key: null })].map(({ status, body }) => [status, body.code]);
    expect([codes, await count()]).toEqual([[[422, 'confirm_required'], [422, 'nothing_matches'], [400, 'idempotency_key_missing']], before]);
    expect((await resubmit<DryRun>({}, { dryRun: true })).status).toBe(200);
  });

  it.each([
    [`/v1/resubmissions/${UNKNOWN_ID}`, 404, 'resubmission_not_found'],
    [`/v1/resubmissions/${UNKNOWN_ID}/lines.csv`, 404, 'resubmission_not_found'],
    ['/v1/resubmissions/7', 400, 'invalid_request'],
    ['/v1/resubmissions/7/lines.csv', 400, 'invalid_request'],
    [`/v1/resubmissions/${UNKNOWN_ID}?result=done`, 400, 'invalid_request'],
    [`/v1/resubmissions/${UNKNOWN_ID}?cursor=x`, 400, 'invalid_request'],
    ['/v1/resubmissions?limit=0', 400, 'invalid_request'],
    ['/v1/operations/failures?failureKind=bad', 400, 'invalid_request'],
    ['/v1/operations/failures?sku=X', 400, 'invalid_request'],
  ])('GET %s', async (path, status, code) => {
    const refused = await ask<ProblemBody>('GET', path);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
  });
});
