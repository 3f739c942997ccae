import { killOne } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

export const kills: Drill = {
  number: 1,
  title: 'kill -9 of API and worker',
  stage: { apis: 1, workers: 1 },
  crowd: { size: 20 },
  short: { orders: 150, strokes: 8 },
  long: { orders: 2_000, strokes: 40 },
  play: async (play) => {
    await play.scene.lms.control.faults({ kind: 'latency', ms: 40 });
    await strikeWhileBuying(play, [killOne], { least: 200, most: 2_000 });
  },
};
