import { setTimeout as sleep } from 'node:timers/promises';
import { becomesTrue } from '../../../apps/local/src/polling.js';
import { LEASE_MS } from '../../support/shop.js';
import type { Replica } from '../stage/replica.js';
import type { Scene } from '../stage/scene.js';
import { type Drill, type Play } from './drill.js';

const CALL_LIMIT_MS = 20_000;
const SETTLE_LIMIT_MS = 10_000;
const MOST_TRIES = 5;
/** Longer than a wake-up that the frozen process had taken with it keeps its line waiting. */
const TAKEOVER_LIMIT_MS = LEASE_MS + 90_000;
const FROZEN = 'worker frozen with a call on the wire';
const TAKEN_OVER = 'line taken over meanwhile';

/** The claim by which a worker delivers just now, when its call has left. */
async function callOnTheWire(scene: Scene): Promise<string | null> {
  const attempts = await scene.sql<{ claim_id: string; learner_username: string; course_id: string; started: string }>(
    `select a.claim_id, l.learner_username, l.course_id, a.started_at as started from fulfillment_attempt a join order_line l on l.claim_id = a.claim_id where a.outcome = 'pending' and a.requested_by like 'retry:%'`,
  );
  for (const { claim_id: claimId, learner_username: user, course_id: courseId, started } of attempts) {
    const calls = await scene.lms.control.ledger({ user, courseId });
    if (calls.some(({ at }) => Date.parse(at) >= new Date(started).getTime())) return claimId;
  }
  return null;
}

const isPending = async (scene: Scene, claimId: string): Promise<boolean> => (await scene.sql(`select 1 from fulfillment_attempt where claim_id = $1 and outcome = 'pending'`, [claimId])).length > 0;

/** Freezes the worker while a call of it is on the wire, and answers whose; null when it was done a moment too early. */
async function freezeInTheMiddle(scene: Scene, worker: Replica): Promise<string | null> {
  let claimId: string | null = null;
  await becomesTrue(async () => (claimId = await callOnTheWire(scene)) !== null, { limitMs: CALL_LIMIT_MS, everyMs: 5 });
  worker.signal('SIGSTOP');
  if (claimId !== null && (await isPending(scene, claimId))) return claimId;
  worker.signal('SIGCONT');
  return null;
}

/** One worker stands still with a call on the wire, until the other one has taken its line over; then it wakes up. */
async function freezeAndThaw(scene: Scene, working: Replica, resting: Replica): Promise<void> {
  resting.signal('SIGSTOP');
  let claimId: string | null = null;
  for (let tries = 0; claimId === null && tries < MOST_TRIES; tries += 1) {
    await scene.lms.control.faults({ kind: 'status', status: 503, times: 6 }, { kind: 'latency', ms: 300 });
    claimId = await freezeInTheMiddle(scene, working);
  }
  resting.signal('SIGCONT');
  if (claimId !== null) await awaitTakeover(scene, claimId);
  working.signal('SIGCONT');
  // What was taken over comes to its end, so that the next round meets another line.
  await becomesTrue(async () => (await scene.sql('select 1 from order_line where lost_leases > 0 and claim_id is not null')).length === 0, { limitMs: SETTLE_LIMIT_MS });
}

async function awaitTakeover(scene: Scene, claimId: string): Promise<void> {
  scene.count(FROZEN);
  await becomesTrue(async () => !(await isPending(scene, claimId)), { limitMs: TAKEOVER_LIMIT_MS });
  // A settle that had left before the freeze ends the attempt as well.
  const lost = await scene.sql(`select 1 from fulfillment_attempt where claim_id = $1 and outcome = 'unknown'`, [claimId]);
  if (lost.length > 0) scene.count(TAKEN_OVER);
}

async function rounds({ scene, random, size }: Play): Promise<void> {
  const endsAtMs = performance.now() + size.minMs;
  const [first, second] = scene.workers;
  if (!first || !second) throw new Error('This drill needs two workers.');
  for (let round = 0; round < size.strokes || performance.now() < endsAtMs; round += 1) {
    await (round % 2 === 0 ? freezeAndThaw(scene, first, second) : freezeAndThaw(scene, second, first));
    await sleep(random.between(100, 800));
  }
}

export const frozen: Drill = {
  number: 6,
  title: 'a worker frozen past its lease, and thawed',
  stage: { apis: 1, workers: 2 },
  crowd: { pauseMs: 600 },
  short: { orders: 40, strokes: 3 },
  play: async (play) => {
    let over = false;
    const buying = play.crowd.buy(() => over);
    await rounds(play);
    over = true;
    await play.scene.mend();
    await buying;
  },
  /** Without a line that was taken over from a frozen holder, nothing was tried. */
  objections: ({ scene }) => Promise.resolve((scene.strokes.get(TAKEN_OVER) ?? 0) > 0 ? [] : ['no line was taken over from a frozen worker']),
};
