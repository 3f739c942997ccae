import { clocks } from './clocks.drill.js';
import type { Drill } from './drill.js';
import { everything } from './everything.drill.js';
import { frozen } from './frozen.drill.js';
import { killer } from './killer.drill.js';
import { kills } from './kills.drill.js';
import { lms } from './lms.drill.js';
import { postgres } from './postgres.drill.js';
import { redis } from './redis.drill.js';

/** In the order of docs/fault-drills.md. */
export const DRILLS: readonly Drill[] = [kills, redis, postgres, lms, everything, frozen, killer, clocks];
