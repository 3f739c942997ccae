import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../support/api-client.js';
import type { Fault } from '../../support/sandbox-control.js';
import { LEASE_MS } from '../../support/shop.js';
import type { Random } from './random.js';
import type { Replica } from './replica.js';
import type { Scene } from './scene.js';

/** One blow to the scene. Whatever it breaks for a while it has mended when it resolves. */
export type Stroke = (scene: Scene, random: Random) => Promise<void>;

/** kill -9 of a random API or worker. Its supervisor starts another at once. */
export const killOne: Stroke = (scene, random) => {
  const victim = oneOf(scene, random);
  if (victim?.signal('SIGKILL')) scene.count(`${victim.kind} killed`);
  return Promise.resolve();
};

function oneOf({ replicas }: Scene, random: Random): Replica | null {
  const running = replicas.filter(({ isRunning }) => isRunning);
  return running.length > 0 ? random.pick(running) : null;
}

/** Redis forgets all, or dies, or is stopped, and is away for a while. */
export const breakRedis: Stroke = async (scene, random) => {
  const { redis } = scene.servers;
  const way = random.pick(['flushed', 'killed', 'stopped'] as const);
  scene.count(`Redis ${way}`);
  if (way === 'flushed') return redis.flush();
  await redis.stop(way === 'killed' ? 'SIGKILL' : 'SIGTERM');
  await sleep(random.between(0, 1_500));
  await redis.startAgain();
};

/** PostgreSQL is killed or restarted. */
export const breakPostgres: Stroke = async (scene, random) => {
  const { postgres } = scene.servers;
  const killed = random.chance(0.5);
  scene.count(`PostgreSQL ${killed ? 'killed' : 'restarted'}`);
  await (killed ? postgres.crash() : postgres.stop());
  await sleep(random.between(0, 800));
  await postgres.startAgain();
};

/** Everything at once: a dozen calls meet as many kinds of trouble, and sometimes nobody is there at all. */
export const breakLms: Stroke = async (scene, random) => {
  const { control } = scene.lms;
  const troubles = random.shuffled(TROUBLES).map((fault) => ({ ...fault, times: random.between(1, 3) }));
  await control.faults(...troubles, { kind: 'latency', ms: random.between(10, 150) });
  scene.count('LMS troubled');
  if (!random.chance(0.4)) return;
  scene.count('LMS outage');
  await control.outage(random.between(200, 1_200));
};

/** LMS calls time out at 400 ms. */
const TROUBLES: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500, method: 'POST' },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 429 },
  { kind: 'reset_before' },
  { kind: 'reset_after', method: 'POST' },
  { kind: 'reset_after' },
  { kind: 'hang_before' },
  { kind: 'hang_after', method: 'POST' },
  { kind: 'status_after', status: 502, method: 'POST' },
  { kind: 'null_body', method: 'POST' },
  { kind: 'garbage' },
  { kind: 'slow_drip', ms: 600 },
  { kind: 'latency', ms: 700 },
];

/** A random process stands still until after its leases have ended, and goes on. */
export const freezeOne: Stroke = async (scene, random) => {
  const victim = oneOf(scene, random);
  if (!victim?.signal('SIGSTOP')) return;
  scene.count(`${victim.kind} frozen`);
  await sleep(LEASE_MS + random.between(100, 1_500));
  victim.signal('SIGCONT');
};

const OPERATORS_PATIENCE_MS = 3_000;

/** An operator sends again what he sees unfinished, also what is just being delivered, at every API, and twice at once. */
export const sendAgain: Stroke = async (scene, random) => {
  const unfinished = await scene.sql<{ number: string }>(`select number from orders where status in ('open', 'fulfillment_error') order by id limit 20`).catch(() => []);
  const numbers = random.shuffled(unfinished).slice(0, 5).map(({ number }) => number);
  const urls = scene.apis.flatMap(({ url }) => (url === null ? [] : [url, url]));
  const request = { token: scene.staff, body: { reason: 'I will not wait' } };
  const answers = numbers.flatMap((number) => urls.map((url) => ask(url, 'POST', `/v1/orders/${number}/resubmit`, request).catch(() => null)));
  numbers.forEach(() => scene.count('order sent again in between'));
  await Promise.race([Promise.all(answers), sleep(OPERATORS_PATIENCE_MS)]);
};
