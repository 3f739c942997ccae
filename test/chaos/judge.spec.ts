import pg from 'pg';
import { LEASE_MS, openShop, sale, type Shop } from '../support/shop.js';
import { gather, type Evidence, type Sql } from './judge/evidence.js';
import { judge, JUDGEMENTS } from './judge/judge.js';
import type { Acknowledged } from './stage/crowd.js';

/** A judge that finds nothing is worth nothing unless he would have found it: each judgement is shown a database in which one fact is wrong. */
let shop: Shop;
let client: pg.Client;
let facts: Evidence;
const acknowledged: Acknowledged[] = [];

beforeAll(async () => {
  shop = await openShop();
  for (const skus of [['BIO_VERIFIED', 'CHEM_VERIFIED'], ['PHYS_PRO']]) {
    const { username } = await shop.learner();
    const key = `judged-${username}`;
    const { body, text } = await shop.sell(username, skus, { key });
    acknowledged.push({ key, username, skus, number: body.number, text });
  }
  client = new pg.Client({ connectionString: shop.databaseUrl });
  await client.connect();
  facts = await firstEvidence();
}, 60_000);
afterAll(async () => {
  await client.end();
  await shop.close();
});

const sql: Sql = async (text, values = []) => (await client.query(text, values)).rows as never;

async function firstEvidence(): Promise<Evidence> {
  const replays = new Map<string, { status: number; text: string }>();
  for (const { key, username, skus } of acknowledged) {
    const { status, text } = await shop.ask('POST', '/v1/checkout', { token: shop.staff, key, body: sale(username, skus) });
    replays.set(key, { status, text });
  }
  return { ...(await gather(sql, shop.lms.control)), acknowledged, refused: [], replays, leaseMs: LEASE_MS, mustFail: () => false };
}

/** Judges the database as it would be after these statements, and leaves it as it was. */
async function judgedAfter(...statements: readonly string[]): Promise<string[]> {
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica'); // no foreign keys, so that anything can be missing
    for (const statement of statements) await client.query(statement);
    return judge({ ...facts, ...(await gather(sql, shop.lms.control)) });
  } finally {
    await client.query('rollback');
  }
}

/** The judgements that were broken. */
const broken = (breaches: readonly string[]): string[] => [...new Set(breaches.map((breach) => breach.slice(0, breach.indexOf(': '))))];

const FIRST_LINE = `(select l.id from order_line l join orders o on o.id = l.order_id order by o.number, l.position limit 1)`;
const FIRST_ORDER = '(select id from orders order by number limit 1)';
/** Another claim of the first line, so many milliseconds after its own. */
const secondAttempt = (afterMs: number, outcome: string) =>
  `insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, ended_at, outcome)
   select gen_random_uuid(), line_id, purpose, 'retry:scheduler', started_at + interval '${afterMs} milliseconds', ${outcome === 'pending' ? 'null' : `started_at + interval '1 hour'`}, '${outcome}' from fulfillment_attempt where line_id = ${FIRST_LINE}`;

/** An event of the first line, which was born claimed, before all others and so long after its birth. */
const before = (order: number, event: string, afterMs: number) =>
  `insert into order_history (id, order_id, line_id, at, actor, event) overriding system value select -${order}, order_id, id, paid_at + interval '${afterMs} milliseconds', 'scheduler', '${event}' from order_line where id = ${FIRST_LINE}`;

describe('the judge of the drills', () => {
  it('finds nothing where every promise was kept', () => {
    expect(judge(facts)).toEqual([]);
    expect([facts.orders.length, facts.lines.length, facts.enrollments.length, facts.calls.length]).toEqual([2, 3, 3, 3]);
  });

  it.each<[keyof typeof JUDGEMENTS, string, readonly string[]]>([
    ['no acknowledged order is missing', 'its order is gone', [`delete from orders where id = ${FIRST_ORDER}`]],
    ['no acknowledged order is missing', 'its key stands for another order', [`update idempotency_record set order_id = (select max(id::text)::uuid from orders) where order_id = ${FIRST_ORDER}`]],
    ['one key, one order', 'there is an order that no buyer knows of', [`insert into orders select gen_random_uuid(), 'OF-1', status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in, payment_processor, payment_reference, payment_status, line_count, placed_at from orders limit 1`]],
    ['one key, one order', 'an order has two keys', [`insert into idempotency_record (caller, route, key, fingerprint, order_id, created_at) select caller, route, 'another', fingerprint, order_id, created_at from idempotency_record limit 1`]],
    ['no line is stuck, and no failure is without a cause', 'a line waits for ever', [`update order_line set status = 'open', next_attempt_at = null where id = ${FIRST_LINE}`]],
    ['no line is stuck, and no failure is without a cause', 'a line failed, with a cause', [`update order_line set status = 'failed', failure_kind = 'server', failure_detail = 'Bad gateway', failure_passing = false where id = ${FIRST_LINE}`]],
    ['effective enrollments are the fulfilled lines', 'a line is fulfilled that the LMS does not know of', [`update order_line set learner_username = 'nobody' where id = ${FIRST_LINE}`]],
    ['effective enrollments are the fulfilled lines', 'the enrollment is in another mode', [`update order_line set details = jsonb_set(details, '{mode}', '"audit"') where id = ${FIRST_LINE}`]],
    ['effective enrollments are the fulfilled lines', 'the LMS enrolled for a line that is not fulfilled', [`update order_line set status = 'failed', failure_kind = 'unknown', failure_detail = 'x', failure_passing = false where id = ${FIRST_LINE}`]],
    ['no two living holders', 'it was taken over before the lease was over', [before(1, 'reclaim', LEASE_MS - 1)]],
    ['no two living holders', 'it was claimed twice, and not settled in between', [before(3, 'release', 1), before(2, 'claim', 2), before(1, 'claim', 3)]],
    ['only the holder settles', 'the holder before the last one settled', [before(1, 'reclaim', LEASE_MS)]],
    ['what is fulfilled is left alone', 'it was fulfilled twice', [`insert into order_history (order_id, line_id, at, actor, event) select order_id, line_id, at, actor, event from order_history where event = 'fulfil' and line_id = ${FIRST_LINE}`]],
    ['what is fulfilled is left alone', 'it failed afterwards', [`insert into order_history (order_id, line_id, at, actor, event) select order_id, line_id, at, actor, 'fail' from order_history where event = 'fulfil' and line_id = ${FIRST_LINE}`]],
    ['what is fulfilled is left alone', 'it was claimed afterwards', [secondAttempt(3_600_000, 'failed')]],
    ['every call is on record before it leaves', 'there is no attempt', [`delete from fulfillment_attempt where line_id = ${FIRST_LINE}`]],
    ['every call is on record before it leaves', 'the attempt began a second after the call', [`update fulfillment_attempt set started_at = started_at + interval '1 second', ended_at = ended_at + interval '1 second' where line_id = ${FIRST_LINE}`]],
    ['the order\'s status follows from its lines', 'it stayed open', [`update orders set status = 'open' where id = ${FIRST_ORDER}`]],
    ['the order\'s status follows from its lines', 'it has no line', [`delete from order_line where order_id = ${FIRST_ORDER}`]],
    ['nobody holds anything any more', 'a line is claimed', [`update order_line set claim_id = gen_random_uuid(), claim_purpose = 'revoke', lease_until = now() where id = ${FIRST_LINE}`]],
    ['nobody holds anything any more', 'an attempt never ended', [secondAttempt(1, 'pending')]],
    ['nobody holds anything any more', 'a key was never answered', [`update idempotency_record set answer_status = null, answer_body = null where order_id = ${FIRST_ORDER}`]],
  ])('%s: says so when %s', async (judgement, _, statements) => {
    expect(broken(await judgedAfter(...statements))).toContain(judgement);
  });

  it('lets a second claim begin at the very end of the first one\'s lease', async () => {
    expect(broken(await judgedAfter(before(1, 'reclaim', LEASE_MS)))).not.toContain('no two living holders');
  });

  it('every buyer has his order in writing: says so when one was refused', () => {
    expect(broken(judge({ ...facts, refused: ['drill-order-7: 422'] }))).toEqual(['every buyer has his order in writing']);
  });

  it('a key has one answer, to the byte: says so when it has another one now, or none', () => {
    const [first, second] = acknowledged;
    const changed = new Map([...facts.replays, [first?.key ?? '', { status: 201, text: `${first?.text ?? ''} ` }]]);
    const refused = new Map([...facts.replays, [second?.key ?? '', { status: 409, text: second?.text ?? '' }]]);
    for (const replays of [changed, refused, new Map<string, never>()]) expect(broken(judge({ ...facts, replays }))).toEqual(['a key has one answer, to the byte']);
  });

  it('nothing is delivered twice: says so when two calls changed one seat', () => {
    const again = facts.calls.slice(0, 1).map((call) => ({ ...call, seq: 99, effect: 'changed' as const }));
    expect(broken(judge({ ...facts, calls: [...facts.calls, ...again] }))).toContain('nothing is delivered twice');
  });

  it('every call is on record before it leaves: says so when one attempt called twice, or called for somebody else', () => {
    const again = facts.calls.slice(0, 1).map((call) => ({ ...call, effect: 'none' as const }));
    const astray = again.map((call) => ({ ...call, user: 'somebody' }));
    for (const calls of [[...facts.calls, ...again], [...facts.calls, ...astray]]) expect(broken(judge({ ...facts, calls }))).toEqual(['every call is on record before it leaves']);
  });

  it('a product type that must fail: says so when it does not', () => {
    expect(broken(judge({ ...facts, mustFail: () => true }))).toEqual(['no line is stuck, and no failure is without a cause']);
  });
});
