import { breakLms, sendAgain } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

export const lms: Drill = {
  number: 4,
  title: 'LMS: outage, latency, 429, resets, all at once',
  stage: { apis: 1, workers: 1 },
  short: { orders: 80, strokes: 12 },
  play: (play) => strikeWhileBuying(play, [breakLms, sendAgain], { least: 200, most: 1_000 }),
};
