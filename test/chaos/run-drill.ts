import { becomesTrue } from '../../apps/local/src/polling.js';
import { ask } from '../support/api-client.js';
import { LEASE_MS, sale } from '../support/shop.js';
import type { Drill, Play, Size } from './drills/drill.js';
import { gather, type Evidence } from './judge/evidence.js';
import { judge } from './judge/judge.js';
import { figuresOf, type DrillReport } from './report.js';
import { Crowd } from './stage/crowd.js';
import { Random } from './stage/random.js';
import { Scene } from './stage/scene.js';
import type { Servers } from './stage/servers.js';

const CROWD = { size: 10, pauseMs: 300 } as const;
const QUIET_LIMIT_MS = 180_000;
const REPLAYS_AT_A_TIME = 8;
const REPLAY_LIMIT_MS = 60_000;
/** Of each process, where a promise was broken. */
const SHOWN_LOG_CHARACTERS = 2_000;

/** Plays one drill and judges what it has left. Ends all that it started. */
export async function runDrill(drill: Drill, servers: Servers, seed: number, size: Size): Promise<DrillReport> {
  const startedAtMs = performance.now();
  const random = new Random(seed + drill.number);
  const scene = await Scene.open(servers, drill.stage);
  try {
    const crowd = new Crowd(scene, random.fork(), { ...CROWD, ...drill.crowd, orders: size.orders });
    const play: Play = { scene, crowd, random: random.fork(), size };
    await drill.play(play);
    await scene.mend();
    await untilQuiet(scene);
    await sendLostLinesAgain(play, drill);
    const evidence = await evidenceOf(play, drill);
    const breaches = [...judge(evidence), ...((await drill.objections?.(play)) ?? []), ...(scene.strokes.size === 0 ? ['nothing was broken'] : [])];
    const logs = breaches.length > 0 ? scene.replicas.map(({ kind, output }) => `${kind}: ${output.slice(-SHOWN_LOG_CHARACTERS)}`) : [];
    return { number: drill.number, title: drill.title, seed, seconds: (performance.now() - startedAtMs) / 1_000, ...figuresOf(evidence), strokes: new Map(scene.strokes), breaches, logs };
  } finally {
    await scene.close();
  }
}

/** Until nothing is due, claimed or waiting any more. What still is after a long time, the judge calls stuck. */
async function untilQuiet(scene: Scene): Promise<void> {
  const isQuiet = async (): Promise<boolean> => {
    const rows = await scene.sql(`select 1 from order_line where claim_id is not null or status in ('open', 'fulfilling', 'accepted') limit 1`).catch(() => null);
    return rows?.length === 0;
  };
  await becomesTrue(isQuiet, { limitMs: QUIET_LIMIT_MS, everyMs: 200 });
}

/**
 * A line that lost three holders to random kills waits for an operator by design: he sends it again, once. Where a fulfiller kills,
 * nobody does: its neighbours must come through by themselves.
 */
async function sendLostLinesAgain({ scene }: Play, { mustFail = [] }: Drill): Promise<void> {
  if (mustFail.length > 0) return;
  const lost = await scene.sql<{ number: string }>(
    `select distinct o.number from order_line l join orders o on o.id = l.order_id where l.status = 'failed' and l.failure_kind = 'unknown' and l.failure_detail like '%holders in a row were lost%'`,
  );
  for (const { number } of lost) {
    scene.count('line sent again by an operator');
    await ask(scene.apis[0]?.url ?? '', 'POST', `/v1/orders/${number}/resubmit`, { token: scene.staff, body: { reason: 'the drill is over' } });
  }
  if (lost.length > 0) await untilQuiet(scene);
}

async function evidenceOf(play: Play, { mustFail = [] }: Drill): Promise<Evidence> {
  const { scene, crowd } = play;
  const replays = await replayAll(play);
  const facts = await gather((text, values) => scene.sql(text, values), scene.lms.control);
  return { ...facts, acknowledged: crowd.acknowledged, refused: crowd.refused, replays, leaseMs: LEASE_MS, mustFail: (type) => mustFail.includes(type) };
}

/** Asks with every acknowledged key once more. */
async function replayAll({ scene, crowd }: Play): Promise<Evidence['replays']> {
  const replays = new Map<string, { status: number; text: string }>();
  const left = [...crowd.acknowledged];
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const { key, username, skus } = next;
      await becomesTrue(async () => {
        const url = scene.apis[0]?.url ?? '';
        const answer = await ask(url, 'POST', '/v1/checkout', { token: scene.staff, key, body: sale(username, skus) }).catch(() => null);
        if (answer) replays.set(key, { status: answer.status, text: answer.text });
        return answer !== null;
      }, { limitMs: REPLAY_LIMIT_MS });
    }
  };
  await Promise.all(Array.from({ length: REPLAYS_AT_A_TIME }, worker));
  return replays;
}
