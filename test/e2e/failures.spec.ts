import type { Fault } from '../support/sandbox-control.js';
import type { Answer, ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());
afterEach(() => shop.lms.control.mend());

const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';
const post = (fault: Fault): Fault => ({ method: 'POST', ...fault });
const message = (text: string) => ({ message: text });

/** What each way to fail leaves on the line. `open` lines carry a passing failure. */
const FAILURES: readonly { name: string; faults: Fault[]; kind: string; status: 'open' | 'failed'; outcome: string; httpStatus: number | null }[] = [
  { name: '503', faults: [{ kind: 'status', status: 503 }], kind: 'server', status: 'open', outcome: 'failed', httpStatus: 503 },
  { name: '429', faults: [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }], kind: 'throttled', status: 'open', outcome: 'failed', httpStatus: 429 },
  { name: '401', faults: [{ kind: 'status', status: 401 }], kind: 'configuration', status: 'failed', outcome: 'failed', httpStatus: 401 },
  { name: '404 with an empty body', faults: [{ kind: 'status', status: 404, body: '' }], kind: 'configuration', status: 'failed', outcome: 'failed', httpStatus: 404 },
  { name: '403', faults: [post({ kind: 'status', status: 403, body: message('Users from this location cannot access the course.') })], kind: 'rejected', status: 'failed', outcome: 'failed', httpStatus: 403 },
  { name: '406', faults: [post({ kind: 'status', status: 406, body: message('The user does not exist.') })], kind: 'rejected', status: 'open', outcome: 'failed', httpStatus: 406 },
  { name: '400, the mode is expired', faults: [post({ kind: 'status', status: 400, body: message(`The [verified] course mode is expired or otherwise unavailable for course run [${BIOLOGY}].`) })], kind: 'rejected', status: 'failed', outcome: 'failed', httpStatus: 400 },
  { name: '400, no reason given', faults: [post({ kind: 'status', status: 400, body: message(`An error occurred while creating the new course enrollment for user 'u' in course '${BIOLOGY}'`) })], kind: 'rejected', status: 'open', outcome: 'failed', httpStatus: 400 },
  { name: '400, unknown course', faults: [post({ kind: 'status', status: 400, body: message(`No course '${BIOLOGY}' found for enrollment`) })], kind: 'configuration', status: 'failed', outcome: 'failed', httpStatus: 400 },
  { name: 'a hanging LMS', faults: [{ kind: 'hang_before' }], kind: 'timeout', status: 'open', outcome: 'unknown', httpStatus: null },
  { name: 'a hanging enrollment', faults: [post({ kind: 'hang_before' })], kind: 'timeout', status: 'open', outcome: 'failed', httpStatus: null },
  { name: 'a reset before it took effect', faults: [post({ kind: 'reset_before' })], kind: 'network', status: 'open', outcome: 'failed', httpStatus: null },
  { name: 'resets of everything', faults: [{ kind: 'reset_before' }], kind: 'network', status: 'open', outcome: 'unknown', httpStatus: null },
  { name: 'a slow drip', faults: [{ kind: 'slow_drip', ms: 60_000 }], kind: 'timeout', status: 'open', outcome: 'unknown', httpStatus: null },
];

async function repairAndResend(order: Answer, username: string) {
  await shop.lms.control.mend();
  const after = await shop.resubmit(order.body.number);
  const active = (await shop.lms.control.enrollments({ user: username })).filter(({ isActive }) => isActive);
  return { status: after.body.status, line: after.body.lines[0], active: active.map(({ mode }) => mode) };
}

describe.each(FAILURES)('with $name', ({ faults, kind, status, outcome, httpStatus }) => {
  it(`the checkout answers 201, the line is ${status} with ${kind}, and a resubmit after the repair completes it once`, async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults(...faults);
    const order = await shop.sell(username, ['BIO_VERIFIED']);
    expect([order.status, order.body.status]).toEqual([201, 'fulfillment_error']);
    expect(order.body.lines[0]).toMatchObject({ status, attempts: 1, failure: { kind, passing: status === 'open', detail: expect.stringMatching(/\w/) }, nextAttemptAt: status === 'open' ? expect.any(String) : null });
    const { lines } = await shop.order(order.body.number);
    expect(lines[0]?.attemptLog).toMatchObject([{ outcome, httpStatus, requestedBy: 'checkout:staff' }]);
    expect(await repairAndResend(order, username)).toMatchObject({ status: 'complete', line: { status: 'fulfilled', attempts: 2, failure: null }, active: ['verified'] });
  });
});

describe('an answer that is lost after the LMS has enrolled the learner', () => {
  it.each(['reset_after', 'hang_after', 'garbage', 'null_body'])('(%s) is read back in the same checkout: one call, one enrollment, complete', async (kind) => {
    const { username } = await shop.learner();
    await shop.lms.control.faults(post({ kind }));
    const { body } = await shop.sell(username, ['BIO_VERIFIED']);
    expect([body.status, body.lines[0]?.failure]).toEqual(['complete', null]);
    expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(1);
  });

  it('(502) is read back before the next call, so that the LMS is not asked to enroll twice', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults(post({ kind: 'status_after', status: 502 }));
    const order = await shop.sell(username, ['BIO_VERIFIED']);
    expect(order.body.lines[0]).toMatchObject({ status: 'open', failure: { kind: 'server' } });
    expect(await repairAndResend(order, username)).toMatchObject({ status: 'complete', active: ['verified'] });
    expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(1);
  });

  it('is found although the mode has expired meanwhile and the same request would be refused', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults(post({ kind: 'reset_after' }), { kind: 'reset_before', method: 'GET' });
    const order = await shop.sell(username, ['BIO_VERIFIED']);
    expect(order.body.lines[0]).toMatchObject({ status: 'open', failure: { kind: 'network' } });
    await shop.lms.control.faults(post({ kind: 'status', status: 400, body: message(`The [verified] course mode is expired or otherwise unavailable for course run [${BIOLOGY}].`) }));
    const after = await shop.resubmit(order.body.number);
    expect(after.body.status).toBe('complete');
  });
});

describe('an LMS that refuses connections', () => {
  it('leaves the line waiting with network, and a resubmit completes it when it is back', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.outage();
    const order = await shop.sell(username, ['BIO_VERIFIED']);
    expect(order.body.lines[0]).toMatchObject({ status: 'open', failure: { kind: 'network', passing: true } });
    expect(await repairAndResend(order, username)).toMatchObject({ status: 'complete', active: ['verified'] });
    expect(await shop.lms.control.ledger({ user: username, method: 'POST' })).toHaveLength(1);
  });
});

describe('while the LMS hangs', () => {
  it('no transaction is open, the attempt is on record, and the checkout does not wait for ever', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'hang_before' });
    const selling = shop.sell(username, ['BIO_VERIFIED', 'CHEM_VERIFIED']);
    await until('the LMS was asked', async () => (await shop.lms.control.ledger({ user: username })).length === 2);
    const open = await shop.sql(`select state, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`);
    expect(open).toEqual([]);
    const attempts = await shop.sql(`select a.outcome from fulfillment_attempt a join order_line l on l.id = a.line_id where l.learner_username = $1`, [username]);
    expect(attempts).toEqual([{ outcome: 'pending' }, { outcome: 'pending' }]);
    expect((await selling).status).toBe(201);
  });

  it('lines that were not begun at the deadline are due at once, without a failure or an attempt', async () => {
    const { username } = await shop.learner();
    const skus = await seatsOfOneCourseEach(24);
    await shop.lms.control.faults({ kind: 'hang_before' });
    const { body } = await shop.sell(username, skus);
    const released = body.lines.filter(({ failure }) => failure === null);
    expect(released.length).toBeGreaterThan(0);
    expect(new Set(released.map(({ status, attempts, nextAttemptAt }) => `${status} ${attempts} ${nextAttemptAt === null ? 'never' : 'due'}`))).toEqual(new Set(['open 0 due']));
    const detail = await shop.order(body.number);
    expect(detail.lines.filter(({ attempts }) => attempts === 0).flatMap(({ attemptLog }) => attemptLog)).toEqual([]);
    expect(await shop.sql(`select 1 from fulfillment_attempt where outcome = 'pending'`)).toEqual([]);
  });

  it('a resubmit answers 409 at once, because somebody holds the line', async () => {
    const { username } = await shop.learner();
    await shop.lms.control.faults({ kind: 'hang_before' });
    const selling = shop.sell(username, ['BIO_VERIFIED']);
    await until('the LMS was asked', async () => (await shop.lms.control.ledger({ user: username })).length > 0);
    const [{ number } = { number: '' }] = await shop.sql<{ number: string }>('select number from orders where learner_username = $1', [username]);
    const refused = await shop.resubmit(number);
    expect([refused.status, (refused.body as unknown as ProblemBody).code]).toEqual([409, 'delivery_in_progress']);
    await selling;
  });
});

async function seatsOfOneCourseEach(count: number): Promise<string[]> {
  const skus = Array.from({ length: count }, (_, index) => `MANY-${index}`);
  for (const sku of skus) {
    await shop.sql(
      `with p as (insert into product (id, product_type, title, details, created_at, updated_at)
                  values (gen_random_uuid(), 'seat', $1, jsonb_build_object('courseId', 'course-v1:AcmeX+' || $1 || '+2026', 'mode', 'verified'), now(), now()) returning id)
       insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select $1, id, 100, 'USD', now(), now() from p`,
      [sku],
    );
  }
  return skus;
}
