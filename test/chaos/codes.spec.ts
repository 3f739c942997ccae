import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../support/api-client.js';
import { block } from '../support/blocker.js';
import { layCourse } from '../support/course-rows.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';
import { Random } from './stage/random.js';
import { Replica } from './stage/replica.js';

/** Short leases: what a killed process has left is taken up soon. The boot check asks for deadline + 2 × time-out + 1 s. */
const TIMES = { LMS_TIMEOUT_MS: '200', CHECKOUT_DEADLINE_MS: '900', FULFILLMENT_LEASE_MS: '2400', RETRY_BASE_MS: '100', RETRY_MAX_DELAY_MS: '300', SWEEP_INTERVAL_MS: '200' };
const SEED = 20261122;
const ORDERS = 10;
/** Of each order: two lines of codes, 100 in all. */
const QUANTITIES = { 'DRILL-BULK-A': 63, 'DRILL-BULK-B': 37 };
const BUYERS = 2;
/** Of one aimed kill, and of kills at random moments. */
const MOST_TRIES = 10;
const KILLS = 2;
/** An advisory lock: while the drill holds it, whoever issues codes stands still in the middle of a line. */
const GATE = 20261122;
const PATIENCE_MS = 40_000;

let shop: Shop;
let replicas: Replica[];
beforeAll(async () => {
  shop = await openShop({ env: TIMES });
  await layCourse(shop, { id: 'course-v1:AcmeX+BIO1+2026', modes: [{ sku: 'DRILL-BULK-A', mode: 'verified', type: 'enrollment-code' }] });
  await layCourse(shop, { id: 'course-v1:AcmeX+CHEM1+2026', modes: [{ sku: 'DRILL-BULK-B', mode: 'verified', type: 'enrollment-code' }] });
  // So slow that a kill falls between the sending of the statement and its end, or on the other line of the order.
  await shop.sql(`create function take_time() returns trigger language plpgsql as 'begin perform pg_sleep(0.02); return new; end'`);
  await shop.sql(`create trigger slow before insert on enrollment_code for each row when (new.position % 5 = 0) execute function take_time()`);
  await shop.sql(`create function pass_gate() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end'`);
  await shop.sql(`create trigger gate before insert on enrollment_code for each row when (new.position = 30) execute function pass_gate()`);
  replicas = [new Replica('api', () => shop.startApi()), new Replica('worker', () => shop.startWorker())];
  await Promise.all(replicas.map((replica) => replica.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await shop.close();
}, 60_000);

/** Buys as a real client does: with one key, again and again until it has its order. */
async function buy(number: number): Promise<string> {
  const body = { items: Object.entries(QUANTITIES).map(([sku, quantity]) => ({ sku, quantity })), learner: { username: `buyer${number}` }, payment: { processor: 'invoice', reference: `PO-${number}` } };
  for (;;) {
    const url = replicas[0]?.url;
    const answer = url ? await ask(url, 'POST', '/v1/checkout', { token: shop.staff, key: `codes-${number}`, body }).catch(() => null) : null;
    if (answer?.status === 201) return answer.body.number;
    await sleep(100);
  }
}

async function buyAll(): Promise<string[]> {
  const numbers: string[] = [];
  let begun = 0;
  const buyer = async () => {
    while (begun < ORDERS) numbers.push(await buy((begun += 1)));
  };
  await Promise.all(Array.from({ length: BUYERS }, buyer));
  return numbers;
}

async function isIssuing(): Promise<boolean> {
  return (await shop.sql(`select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%insert into enrollment_code%' and pid <> pg_backend_pid()`)).length > 0;
}

/** The attempts that are at work, by claim. Nobody ends one of these while the gate is shut, but for his deadline. */
async function attemptsAtWork(): Promise<string[]> {
  return (await shop.sql<{ claim_id: string }>(`select claim_id from fulfillment_attempt where outcome = 'pending' order by claim_id`)).map(({ claim_id: claimId }) => claimId);
}

/** Kills API and worker while codes of a line are half written. Answers the attempts that they took along; none, where their deadline came first. */
async function killInTheMiddle(): Promise<string[]> {
  const gate = await block(shop.databaseUrl, 'select pg_advisory_xact_lock($1)', [GATE]);
  try {
    await until('codes are being issued', isIssuing);
    const [atWork, deaths] = [await attemptsAtWork(), replicas.map((replica) => replica.deaths)];
    for (const replica of replicas) replica.signal('SIGKILL');
    await until('API and worker are gone', () => Promise.resolve(replicas.every((replica, index) => replica.deaths > (deaths[index] ?? 0))));
    const left = await attemptsAtWork();
    return atWork.filter((claimId) => left.includes(claimId));
  } finally {
    await gate.release();
  }
}

/** Kills until lines have lost their holders for certain, and then API or worker at random moments while codes are being issued. Answers the attempts of those lines. */
async function killWhileIssuing(random: Random, isOver: () => boolean): Promise<string[]> {
  let interrupted: string[] = [];
  for (let tries = 0; interrupted.length === 0 && tries < MOST_TRIES; tries += 1) interrupted = await killInTheMiddle();
  for (let kills = 0; kills < KILLS && !isOver(); ) {
    if (!(await isIssuing())) {
      await sleep(5);
      continue;
    }
    await sleep(random.between(0, 100));
    if (random.pick(replicas).signal('SIGKILL')) kills += 1;
    await sleep(random.between(100, 300));
  }
  return interrupted;
}

/** A line that lost three holders to random kills waits for an operator by design: he sends it again. */
async function sendLostLinesAgain(): Promise<void> {
  const lost = await shop.sql<{ number: string }>(`select distinct o.number from order_line l join orders o on o.id = l.order_id where l.status = 'failed' and l.failure_kind = 'unknown' and l.failure_detail like '%holders in a row were lost%'`);
  for (const { number } of lost) await shop.resubmit(number);
}

// Seen to fail, with up to three times the codes, without all that stands against it: the key of line and position, the look at what is missing
// before codes are drawn, and the fulfiller's read-back. Each of them is also tested alone, in enrollment-codes.spec.ts and enrollment-code.fulfiller.spec.ts.
it('1,000 codes issued under kill -9 are 1,000 distinct codes, none missing', async () => {
  let unfinished = true;
  const buying = buyAll();
  const killing = killWhileIssuing(new Random(SEED), () => !unfinished);
  const numbers = await buying;
  await until('every order is complete', async () => {
    await sendLostLinesAgain();
    return (await shop.sql(`select 1 from orders where status <> 'complete' limit 1`)).length === 0;
  }, PATIENCE_MS);
  unfinished = false;
  // The drill hit what it was aimed at: lines lost their holders while their codes were issued.
  const interrupted = await killing;
  expect(interrupted).not.toEqual([]);
  expect(await shop.sql(`select outcome from fulfillment_attempt where claim_id = any($1::uuid[])`, [interrupted])).toEqual(interrupted.map(() => ({ outcome: 'unknown' })));
  expect(new Set(numbers).size).toBe(ORDERS);

  const lines = await shop.sql<{ quantity: number; codes: number; last: number }>(
    `select l.quantity, count(c.code)::int as codes, max(c.position) as last from order_line l left join enrollment_code c on c.line_id = l.id group by l.id`,
  );
  expect(lines).toHaveLength(2 * ORDERS);
  expect(lines.filter(({ quantity, codes, last }) => codes !== quantity || last !== quantity)).toEqual([]);
  const files = await Promise.all(numbers.map((number) => shop.ask('GET', `/v1/orders/${number}/enrollment-codes.csv`, { token: shop.staff })));
  const codes = files.flatMap(({ text }) => text.trimEnd().split('\r\n').slice(1).map((row) => row.split(',')[0]));
  expect([codes.length, new Set(codes).size]).toEqual([1_000, 1_000]);
}, 60_000);
