import { setTimeout as sleep } from 'node:timers/promises';
import { breaches, type Evidence } from '../support/payment-world.judge.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { becomesTrue } from '../../apps/local/src/polling.js';
import { until } from '../support/until.js';
import { Customers } from './stage/customers.js';
import { Random } from './stage/random.js';
import { Replica } from './stage/replica.js';

/** Short leases: what a killed process has left is taken up soon. */
const TIMES = { LMS_TIMEOUT_MS: '200', CHECKOUT_DEADLINE_MS: '900', FULFILLMENT_LEASE_MS: '3500', RETRY_BASE_MS: '100', RETRY_MAX_DELAY_MS: '300', SWEEP_INTERVAL_MS: '200' };
const SEED = 20_261_122;
const PURCHASES = 18;
const BUYERS = 3;
const KILLS = 4;
const PATIENCE_MS = 60_000;
/** Once each: the gateway does it, and says nothing; whoever asked is killed while he waits. */
const DEADLY = [
  { kind: 'hang_after', method: 'POST', path: '/v1/payment_intents' },
  { kind: 'hang_after', method: 'POST', path: '/v2/checkout/orders/*/capture' },
  { kind: 'hang_after', method: 'POST', path: '/v1/refunds' },
  { kind: 'hang_after', method: 'POST', path: '/v2/payments/captures/*/refund' },
] as const;

let shop: GatewayShop;
let replicas: Replica[];
beforeAll(async () => {
  shop = await openShop({ gateway: true, env: TIMES });
  await shop.gateway.control.configureWebhooks({ retryDelaysMs: Array.from({ length: 40 }, () => 300) });
  // In the place of the API that the shop was opened with: where the gateway posts to.
  const { port } = new URL(shop.api.url);
  await shop.api.stop();
  replicas = [new Replica('api', () => shop.startApi({ PORT: port })), new Replica('worker', () => shop.startWorker())];
  await Promise.all(replicas.map((replica) => replica.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await shop.close();
}, 60_000);

/** Kills both while the gateway has done what it was asked and has not said so. Answers whether anybody came that far. */
async function killInTheMiddle(fault: (typeof DEADLY)[number], isOver: () => boolean): Promise<boolean> {
  const { control } = shop.gateway;
  const met = async () => (await control.calls({ method: fault.method })).filter((call) => call.fault === fault.kind).length;
  const before = await met();
  await control.faults({ ...fault, times: 1 });
  const isMet = await becomesTrue(async () => isOver() || (await met()) > before, { limitMs: 10_000, everyMs: 10 });
  await control.faults();
  if (!isMet || (await met()) === before) return false;
  for (const replica of replicas) replica.signal('SIGKILL');
  return true;
}

async function killAtRandom(random: Random, isOver: () => boolean): Promise<void> {
  for (let kills = 0; kills < KILLS && !isOver(); ) {
    await sleep(random.between(200, 800));
    if (random.pick(replicas).signal('SIGKILL')) kills += 1;
  }
}

/** What waits for minutes is due now. Leases run out by themselves. */
async function letTimePass(): Promise<void> {
  await shop.sql('update payment set next_check_at = now() where next_check_at is not null');
  await shop.sql('update payment_event set next_attempt_at = now() where next_attempt_at is not null and claim_id is null');
  await shop.sql('update refund set next_attempt_at = now() where next_attempt_at is not null and claim_id is null');
}

async function wrongAccess({ orders }: Evidence): Promise<string[]> {
  const enrollments = await shop.lms.control.enrollments();
  const found: string[] = [];
  for (const { number, paid, lines } of orders) {
    const active = enrollments.filter(({ user, isActive, mode }) => isActive && mode === 'verified' && user === lines[0]?.learner).length;
    const needed = paid === 0 ? 0 : lines.filter(({ status }) => status !== 'revoked').length;
    if (active !== needed) found.push(`Order ${number}: its learner has ${active} courses, and needs ${needed}.`);
  }
  return found;
}

it('api and worker killed at named points and at random: each order is paid, delivered and returned once', async () => {
  const random = new Random(SEED);
  const customers = new Customers(shop, () => replicas[0]?.url ?? null, random.fork());
  let [begun, isOver] = [0, false];
  const buyer = async () => {
    while (begun < PURCHASES) await customers.buy(begun++);
  };
  const buying = Promise.all(Array.from({ length: BUYERS }, buyer)).finally(() => (isOver = true));
  const killing = (async () => {
    const hit: string[] = [];
    for (const fault of DEADLY) if (await killInTheMiddle(fault, () => isOver)) hit.push(fault.path);
    await killAtRandom(random, () => isOver);
    return hit;
  })();
  await buying;
  const hit = await killing;
  const seen = new Map<string, number>();
  const judged = { control: shop.gateway.control, breakdowns: [], sql: shop.sql, saw: (what: string) => void seen.set(what, (seen.get(what) ?? 0) + 1) };
  let found: string[] = [];
  await until('every promise is kept', async () => {
    await letTimePass();
    found = await breaches(judged, wrongAccess);
    return found.length === 0;
  }, PATIENCE_MS).catch(() => expect(found).toEqual([]));
  // The drill hit what it was aimed at.
  expect(hit).toEqual(DEADLY.map(({ path }) => path));
  expect(customers.bought).toHaveLength(PURCHASES);
  expect([seen.has('refund by request complete'), seen.has('opened by paypal'), seen.has('opened by stripe')]).toEqual([true, true, true]);
}, 180_000);
