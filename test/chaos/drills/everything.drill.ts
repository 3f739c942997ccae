import { breakLms, breakPostgres, breakRedis, freezeOne, killOne, sendAgain } from '../stage/strokes.js';
import { strikeWhileBuying, type Drill } from './drill.js';

export const everything: Drill = {
  number: 5,
  title: 'two APIs and two workers: all of it in turn',
  stage: { apis: 2, workers: 2 },
  crowd: { pauseMs: 500 },
  short: { orders: 80, strokes: 10 },
  play: (play) => strikeWhileBuying(play, [breakLms, sendAgain, killOne, breakRedis, killOne, breakPostgres, breakLms, sendAgain, freezeOne, killOne], { least: 100, most: 800 }),
};
