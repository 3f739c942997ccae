import type { Stroke } from '../stage/strokes.js';
import { breakRedis } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

/** Orders fail, so that there is something to retry while Redis comes and goes. */
const failOrders: Stroke = async ({ lms }, random) => {
  await lms.control.faults({ kind: 'status', status: 503, times: random.between(5, 20) }, { kind: 'latency', ms: 30 });
};

export const redis: Drill = {
  number: 2,
  title: 'Redis flushed, killed, stopped',
  stage: { apis: 1, workers: 1 },
  short: { orders: 60, strokes: 12 },
  play: (play) => strikeWhileBuying(play, [failOrders, breakRedis], { least: 50, most: 700 }),
};
