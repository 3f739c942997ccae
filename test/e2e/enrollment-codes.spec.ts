import { randomUUID } from 'node:crypto';
import { ask, type OrderBody, type ProblemBody, type RequestOptions } from '../support/api-client.js';
import { layCourse } from '../support/course-rows.js';
import { openShop, type Shop } from '../support/shop.js';
import type { RunningProgram } from '../support/processes.js';
import { until } from '../support/until.js';

const BIO = 'course-v1:AcmeX+BIO1+2026';
const CHEM = 'course-v1:AcmeX+CHEM1+2026';
const CODE = /^[A-HJ-NP-Z2-9]{16}$/;

interface CodeBody {
  readonly code: string;
  readonly status: string;
  readonly redeemedBy: string | null;
  readonly redemptionOrderNumber: string | null;
}

interface CodePageBody {
  readonly items: readonly CodeBody[];
  readonly nextCursor: string | null;
}

interface Person {
  readonly username: string;
  readonly token: string;
}

let shop: Shop;
let second: RunningProgram;
beforeAll(async () => {
  shop = await openShop();
  await layCourse(shop, {
    id: BIO,
    modes: [
      { sku: 'CODE-SEAT', mode: 'verified' },
      { sku: 'CODE-BULK', mode: 'verified', type: 'enrollment-code' },
      { sku: 'CODE-AUDIT', mode: 'audit', priceMinor: 0 },
      { sku: 'CODE-AUDIT-BULK', mode: 'audit', priceMinor: 0, type: 'enrollment-code' },
    ],
  });
  await layCourse(shop, { id: CHEM, modes: [{ sku: 'CODE-CHEM', mode: 'verified' }, { sku: 'CODE-CHEM-BULK', mode: 'verified', type: 'enrollment-code' }] });
  second = await shop.startApi();
}, 60_000);
afterEach(() => shop.lms.control.mend());
afterAll(() => shop.close());

/** Staff sell so many codes to a buyer. */
async function sell(quantity: number, sku = 'CODE-BULK', buyer?: Person): Promise<{ order: OrderBody; buyer: Person; codes: string[] }> {
  const person = buyer ?? (await shop.learner());
  const body = { items: [{ sku, quantity }], learner: { username: person.username }, payment: { processor: 'invoice', reference: 'PO-9' } };
  const { status, body: order } = await shop.ask('POST', '/v1/checkout', { token: shop.staff, body });
  expect([status, order.status]).toEqual([201, 'complete']);
  return { order, buyer: person, codes: (await codesOf(order.number)).map(({ code }) => code) };
}

async function codesOf(number: string, token = shop.staff): Promise<CodeBody[]> {
  const items: CodeBody[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: CodePageBody } = await shop.ask<CodePageBody>('GET', `/v1/orders/${number}/enrollment-codes?limit=10${cursor && `&cursor=${cursor}`}`, { token });
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

const redeem = (code: string, { token }: Pick<Person, 'token'>, options: RequestOptions = {}, url = shop.api.url) => ask<OrderBody & ProblemBody>(url, 'POST', `/v1/enrollment-codes/${encodeURIComponent(code)}/redeem`, { token, key: null, ...options });
const statusOf = async (code: string) => (await shop.sql<{ redeemed: boolean; voided: boolean }>('select redeemed_at is not null as redeemed, voided_at is not null as voided from enrollment_code where code = $1', [code]))[0];
const seatsOf = async (username: string) => (await shop.lms.control.enrollments({ user: username })).filter(({ isActive }) => isActive).map(({ courseId, mode }) => [courseId, mode]);

describe('codes in bulk', () => {
  it('are bought, downloaded by their buyer, and each enrolls one learner', async () => {
    const { order, buyer, codes } = await sell(25);
    expect(order.lines[0]).toMatchObject({ quantity: 25, unitPriceMinor: 4_900, receipt: `25 enrollment codes for ${BIO} (verified)` });
    expect(new Set(codes.filter((code) => CODE.test(code))).size).toBe(25);

    const file = await shop.ask('GET', `/v1/orders/${order.number}/enrollment-codes.csv`, { token: buyer.token });
    expect(file.status).toBe(200);
    expect([file.headers.get('content-type'), file.headers.get('content-disposition'), file.headers.get('cache-control')]).toEqual(['text/csv; charset=utf-8', `attachment; filename="enrollment-codes-${order.number}.csv"`, 'no-store']);
    const [header, ...rows] = file.text.trimEnd().split('\r\n');
    expect(header).toBe('code,status,courseId,mode,issuedAt,expiresAt,redeemedAt,redeemedBy,redemptionOrderNumber,voidedAt');
    expect(rows.map((row) => row.split(',')[0])).toEqual(codes);
    expect(rows.every((row) => row.includes(`,issued,${BIO},verified,`))).toBe(true);

    const learner = await shop.learner();
    const [code = ''] = codes;
    const redeemed = await redeem(` ${code.slice(0, 4)}-${code.slice(4, 8)} ${code.slice(8).toLowerCase()}`, learner);
    expect(redeemed.status).toBe(201);
    expect(redeemed.body).toMatchObject({ status: 'complete', totalMinor: 0, learner: { username: learner.username }, payment: { processor: 'code', reference: order.number, status: 'settled' }, lines: [{ sku: 'CODE-SEAT', productType: 'seat', quantity: 1, unitPriceMinor: 0, status: 'fulfilled' }] });
    expect(redeemed.headers.get('location')).toBe(`/v1/orders/${redeemed.body.number}`);
    expect(redeemed.text).not.toContain(code);
    expect(await seatsOf(learner.username)).toEqual([[BIO, 'verified']]);
    expect((await codesOf(order.number, buyer.token))[0]).toMatchObject({ code, status: 'redeemed', redeemedBy: learner.username, redemptionOrderNumber: redeemed.body.number });
    expect((await shop.ask('GET', `/v1/orders/${redeemed.body.number}`, { token: learner.token })).body.status).toBe('complete');
  });

  it('cannot be read by anybody else, nor without a token', async () => {
    const { order, codes: [code = ''] } = await sell(1);
    const learner = await shop.learner();
    await redeem(code, learner);
    for (const path of ['enrollment-codes', 'enrollment-codes.csv']) {
      for (const { token } of [learner, await shop.learner()]) expect((await shop.ask<ProblemBody>('GET', `/v1/orders/${order.number}/${path}`, { token })).body).toMatchObject({ status: 404, code: 'order_not_found' });
      expect((await shop.ask('GET', `/v1/orders/${order.number}/${path}`)).status).toBe(401);
    }
    expect((await redeem(code, { token: '' }, { token: null })).status).toBe(401);
    expect((await shop.ask<ProblemBody>('GET', `/v1/orders/${order.number}/enrollment-codes?cursor=xyz`, { token: shop.staff })).body).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('are many lines long in a file, and a learner whose name is a formula is harmless in it', async () => {
    const { order, codes: [code = ''] } = await sell(1_000);
    const username = '+HYPERLINK';
    await shop.lms.control.seed({ users: [{ username, email: 'formula@example.com' }] });
    await redeem(code, { token: shop.staff }, { body: { learner: { username } } });
    const { text } = await shop.ask('GET', `/v1/orders/${order.number}/enrollment-codes.csv`, { token: shop.staff });
    expect(text.trimEnd().split('\r\n')).toHaveLength(1_001);
    expect(text).toContain(`,'${username},`);
  });

  it('have no page where nothing in bulk was bought', async () => {
    const { username } = await shop.learner();
    const { body: order } = await shop.sell(username, ['CODE-SEAT']);
    expect((await shop.ask<CodePageBody>('GET', `/v1/orders/${order.number}/enrollment-codes`, { token: shop.staff })).body).toEqual({ items: [], nextCursor: null });
  });
});

describe('a code', () => {
  it('gives the same learner the same answer again, and anybody else none', async () => {
    const { codes: [code = ''] } = await sell(1);
    const learner = await shop.learner();
    const first = await redeem(code, learner);
    const again = await redeem(code.toLowerCase(), learner);
    expect([again.status, again.headers.get('idempotency-replayed'), again.text]).toEqual([201, 'true', first.text]);
    const byStaff = await redeem(code, { token: shop.staff }, { body: { learner: { username: learner.username } } });
    expect(byStaff.text).toBe(first.text);
    for (const other of [await shop.learner(), { token: shop.staff }]) expect((await redeem(code, other)).body).toMatchObject({ status: 409, code: 'code_redeemed' });
    expect(await shop.sql(`select 1 from orders where payment_processor = 'code' and learner_username = $1`, [learner.username])).toHaveLength(1);
  });

  // Without the condition of REDEEM each of them would be enrolled.
  it('that twenty learners redeem at once, at two APIs, enrolls one', async () => {
    const { codes: [code = ''] } = await sell(1);
    const learners = await Promise.all(Array.from({ length: 20 }, () => shop.learner()));
    const answers = await Promise.all(learners.map((learner, index) => redeem(code, learner, {}, index % 2 === 0 ? shop.api.url : second.url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(new Set(['code_redeemed']));
    const enrolled = await Promise.all(learners.map(({ username }) => seatsOf(username)));
    expect(enrolled.filter((seats) => seats.length > 0)).toEqual([[[BIO, 'verified']]]);
  });

  it('sent twenty times at once by one learner is one order', async () => {
    const { codes: [code = ''] } = await sell(1);
    const learner = await shop.learner();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => redeem(code, learner, {}, index % 2 === 0 ? shop.api.url : second.url)));
    const whole = answers.filter(({ status }) => status === 201);
    expect(new Set(whole.map(({ text }) => text)).size).toBe(1);
    // Whoever asks while the first is being answered is told to come back, and not that the learner has just got the seat.
    for (const { status, body } of answers) if (status !== 201) expect([status, body.code]).toEqual([409, 'request_in_progress']);
    expect(await shop.sql('select 1 from orders where learner_username = $1', [learner.username])).toHaveLength(1);
    expect((await redeem(code, learner)).text).toBe(whole[0]?.text);
  });

  it('is redeemed by staff for a named learner, and by nobody else for another', async () => {
    const { codes: [code = ''] } = await sell(1);
    const [learner, other] = [await shop.learner(), await shop.learner()];
    expect((await redeem(code, other, { body: { learner: { username: learner.username } } })).body).toMatchObject({ status: 403, code: 'not_your_learner' });
    const { body } = await redeem(code, { token: shop.staff }, { body: { learner: { username: learner.username } } });
    expect(body).toMatchObject({ status: 'complete', learner: { username: learner.username } });
  });

  it('is used up while an operator has paused the LMS, and its line waits', async () => {
    const { codes: [code = ''] } = await sell(1);
    const pause = (paused: boolean) => shop.ask('PUT', '/v1/operations/dependencies/lms', { token: shop.staff, body: { paused, reason: 'a drill' } });
    expect((await pause(true)).status).toBe(200);
    const { status, body } = await redeem(code, await shop.learner());
    expect((await pause(false)).status).toBe(200);
    expect([status, body.lines[0]?.status, body.lines[0]?.attempts, (await statusOf(code))?.redeemed]).toEqual([201, 'open', 0, true]);
  });

  it('is used up when the LMS is out of order, and its line is delivered later', async () => {
    const { codes: [code = ''] } = await sell(1);
    const learner = await shop.learner();
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    const { status, body } = await redeem(code, learner);
    expect([status, body.lines[0]?.status, (await statusOf(code))?.redeemed]).toEqual([201, 'open', true]);
    await shop.lms.control.mend();
    const worker = await shop.startWorker();
    await until('the line is delivered', async () => (await shop.order(body.number)).status === 'complete');
    await worker.stop();
    expect(await seatsOf(learner.username)).toEqual([[BIO, 'verified']]);
  }, 30_000);
});

describe('refused, with the code left as it was, is', () => {
  let learner: Person;
  beforeEach(async () => {
    learner = await shop.learner();
  });

  it.each(['ABCDEFGHJKLMNPQR', 'x', 'ABCDEFGHJKLMNPQ0', '%00', "' or 1=1", '..%2f..', 'x'.repeat(900)])('a code that nobody knows, whatever it looks like: %s', async (code) => {
    const answer = await redeem(code, learner);
    expect(answer.body).toMatchObject({ status: 404, code: 'code_not_found' });
    expect(answer.text).not.toContain(code);
  });

  it.each<[string, unknown]>([['/learner/username', { learner: { username: '../x' } }], ['/quantity', { quantity: 2 }], ['', []]])('a body that is wrong at "%s"', async (pointer, body) => {
    const { codes: [code = ''] } = await sell(1);
    const answer = await redeem(code, learner, { body });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer }] });
    expect(await statusOf(code)).toEqual({ redeemed: false, voided: false });
  });

  async function refused(code: string, expected: readonly [number, string]): Promise<ProblemBody> {
    const { body, text } = await redeem(code, learner);
    expect([body.status, body.code]).toEqual(expected);
    expect(text).not.toContain(code);
    expect((await statusOf(code))?.redeemed).toBe(false);
    expect(await shop.sql(`select 1 from orders where payment_processor = 'code' and learner_username = $1`, [learner.username])).toEqual([]);
    return body;
  }

  it('a code that has expired', async () => {
    const { codes: [code = ''] } = await sell(1);
    await shop.sql(`update enrollment_code set expires_at = '2026-01-02T03:04:05Z' where code = $1`, [code]);
    expect((await refused(code, [409, 'code_expired'])).detail).toContain('2026-01-02T03:04:05.000Z');
  });

  // Without `sharedAccess: false` the codes of the first purchase would stay good, because the second one is of the same product.
  it('a code that was voided with its purchase, while one that was redeemed stays, and so does what its buyer bought by another order', async () => {
    const { order, buyer, codes: [used = '', code = ''] } = await sell(2);
    const { order: other, codes: [kept = ''] } = await sell(1, 'CODE-BULK', buyer);
    const first = await shop.learner();
    await redeem(used, first);
    const revoked = await shop.ask('POST', `/v1/orders/${order.number}/revoke`, { token: shop.staff, body: { reason: 'refunded' } });
    expect([revoked.status, revoked.body.lines[0]?.status, revoked.body.lines[0]?.attemptLog.at(-1)?.detail]).toEqual([200, 'revoked', 'The learner keeps 1 of 2 enrollment codes, which were redeemed.']);
    const { body } = await redeem(code, learner);
    expect([body.status, body.code, await statusOf(code)]).toEqual([409, 'code_voided', { redeemed: false, voided: true }]);
    expect(await seatsOf(first.username)).toEqual([[BIO, 'verified']]);
    expect((await codesOf(order.number)).map(({ status }) => status)).toEqual(['redeemed', 'voided']);
    expect((await codesOf(other.number)).map(({ status }) => status)).toEqual(['issued']);
    expect((await redeem(kept, learner)).status).toBe(201);
  });

  it('a learner who has the seat by an order', async () => {
    const { codes: [code = ''] } = await sell(1);
    await shop.sell(learner.username, ['CODE-SEAT']);
    await refused(code, [409, 'already_owned']);
  });

  it('a learner who awaits the seat by an order', async () => {
    const { codes: [code = ''] } = await sell(1);
    await shop.lms.control.faults({ kind: 'status', status: 503 });
    await shop.sell(learner.username, ['CODE-SEAT']);
    await shop.lms.control.mend();
    await refused(code, [409, 'already_owned']);
  });

  it('a learner whom the LMS has enrolled already, in this mode or a higher one', async () => {
    const { codes: [code = ''] } = await sell(1);
    const { codes: [audit = ''] } = await sell(1, 'CODE-AUDIT-BULK');
    await shop.sell(learner.username, ['BIO_VERIFIED']);
    await refused(code, [409, 'already_enrolled']);
    await refused(audit, [409, 'already_enrolled']);
  });

  it('a seat that is no longer sold, not sold yet, withdrawn, or gone', async () => {
    const { codes: [code = ''] } = await sell(1, 'CODE-CHEM-BULK');
    for (const change of [`available_until = now() - interval '1 second'`, `available_from = now() + interval '1 hour'`, `withdrawn_at = now()`]) {
      await shop.sql(`update sku set ${change} where sku = 'CODE-CHEM'`);
      expect((await refused(code, [422, 'seat_not_for_sale'])).detail).toMatch(/The code was not used/);
      await shop.sql(`update sku set available_until = null, available_from = null, withdrawn_at = null where sku = 'CODE-CHEM'`);
    }
    await shop.sql(`update product set details = '{}' where id = (select product_id from sku where sku = 'CODE-CHEM')`);
    await refused(code, [422, 'seat_not_for_sale']);
    await shop.sql(`update product set details = $1 where id = (select product_id from sku where sku = 'CODE-CHEM')`, [JSON.stringify({ courseId: CHEM, mode: 'verified' })]);
    expect((await redeem(code, learner)).status).toBe(201);
  });

  it('the payment processor of codes at checkout', async () => {
    const { body } = await shop.ask<ProblemBody>('POST', '/v1/checkout', { token: learner.token, body: { items: [{ sku: 'CODE-SEAT' }], payment: { processor: 'code', reference: 'x' } } });
    expect(body).toMatchObject({ status: 422, code: 'unknown_processor' });
  });
});

it('a purchase in bulk that is cancelled before it was delivered has no codes', async () => {
  const { username } = await shop.learner();
  const { order } = await sell(3);
  const kept = await codesOf(order.number);
  expect(kept).toHaveLength(3);
  // A line that was left open: its codes are there, and nobody knows.
  await shop.sql(`update order_line set status = 'failed', failure_kind = 'unknown', failure_detail = 'lost', failure_passing = false, may_have_arrived = true where id = $1`, [order.lines[0]?.id]);
  await shop.sql(`update orders set status = 'fulfillment_error' where number = $1`, [order.number]);
  const cancelled = await shop.ask('POST', `/v1/orders/${order.number}/cancel`, { token: shop.staff, body: { reason: `bought by mistake by ${username}` } });
  expect([cancelled.status, cancelled.body.lines[0]?.status]).toEqual([200, 'revoked']);
  expect((await codesOf(order.number)).map(({ status }) => status)).toEqual(['voided', 'voided', 'voided']);
});

it('no log, no attempt and no history has ever a code', async () => {
  const { order, codes } = await sell(2);
  const learner = await shop.learner();
  const [code = ''] = codes;
  await redeem(code, learner, { headers: { 'x-request-id': `trace-${randomUUID()}` } });
  await redeem(code, await shop.learner());
  await redeem('ABCDEFGHJKLMNPQS', learner);
  const written = [shop.api.output(), second.output(), JSON.stringify(await shop.order(order.number)), JSON.stringify(await shop.sql('select * from fulfillment_attempt')), JSON.stringify(await shop.sql('select * from order_history'))].join('\n');
  expect(written).toContain('/v1/enrollment-codes/:code/redeem');
  const known = await shop.sql<{ code: string }>('select code from enrollment_code');
  expect(known.filter((row) => written.includes(row.code))).toEqual([]);
  expect(written).not.toContain('ABCDEFGHJKLMNPQS');
});

