import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomesTrue } from '../../../apps/local/src/polling.js';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { killOne, type Stroke } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

const CLOCK = pathToFileURL(join(cloneFolder(), 'test/chaos/clock/jumping-clock.mjs'));

/** Retries, throttling, read-backs and leases, for the clocks to confuse. */
const troubleTheLms: Stroke = async ({ lms }, random) => {
  await lms.control.faults(
    { kind: 'status', status: 503, times: random.between(3, 10) },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' }, times: random.between(1, 3) },
    { kind: 'hang_after', method: 'POST', times: random.between(1, 2) },
    { kind: 'latency', ms: 40 },
  );
};

const JUMPED = 'clock_jumped';
const JUMP_LIMIT_MS = 2_000;

/** An hour forward, or back. A process that is only just starting does not hear it. */
const jump: Stroke = async (scene, random) => {
  const victim = random.pick(scene.replicas);
  const jumps = (): number => victim.output.split(JUMPED).length;
  const before = jumps();
  if (!victim.signal('SIGWINCH')) return;
  if (await becomesTrue(() => jumps() > before, { limitMs: JUMP_LIMIT_MS })) scene.count(`${victim.kind}'s clock jumped`);
};

export const clocks: Drill = {
  number: 8,
  title: 'clocks that jump by an hour',
  stage: { apis: 1, workers: 1, env: { NODE_OPTIONS: `--import=${CLOCK.href}` } },
  short: { orders: 60, strokes: 14 },
  // The jumped clocks are not set right in the end: what waits must come through all the same.
  play: (play) => strikeWhileBuying(play, [jump, troubleTheLms, jump, jump, killOne, jump, troubleTheLms], { least: 50, most: 700 }),
  objections: ({ scene }) => Promise.resolve([...scene.strokes.keys()].some((stroke) => stroke.endsWith('clock jumped')) ? [] : ['no clock jumped']),
};
