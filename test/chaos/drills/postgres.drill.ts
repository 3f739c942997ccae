import { breakPostgres } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

export const postgres: Drill = {
  number: 3,
  title: 'PostgreSQL killed and restarted',
  stage: { apis: 1, workers: 1 },
  short: { orders: 60, strokes: 4 },
  play: async (play) => {
    await play.scene.lms.control.faults({ kind: 'latency', ms: 60 });
    await strikeWhileBuying(play, [breakPostgres], { least: 400, most: 2_000 });
  },
};
