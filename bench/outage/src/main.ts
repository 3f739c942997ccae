import { report, runBench } from '../../kit/src/bench-program.js';
import { seedCatalog } from '../../kit/src/catalog.js';
import { withClient } from '../../kit/src/database.js';
import { Ground } from '../../kit/src/ground.js';
import type { EndedLine } from './findings.js';
import { openHouse } from './house.js';
import { readOptions, USAGE, type OutageOptions } from './options.js';
import { OutageLms } from './outage-lms.js';
import { findings } from './report.js';
import { SimulatedClock } from './simulated-clock.js';
import { Simulation } from './simulation.js';

const ENDED = `
select l.learner_username, l.status, l.attempts, o.placed_at, (select max(ended_at) from fulfillment_attempt a where a.line_id = l.id and a.outcome = 'fulfilled') as fulfilled_at
  from order_line l join orders o on o.id = l.order_id`;

interface EndedRow {
  readonly learner_username: string;
  readonly status: string;
  readonly attempts: number;
  readonly placed_at: Date;
  readonly fulfilled_at: Date | null;
}

async function simulate(ground: Ground, options: OutageOptions): Promise<string> {
  const databaseUrl = await ground.makeDatabase('outage');
  await seedCatalog(databaseUrl);
  const clock = ground.closing(await SimulatedClock.install(databaseUrl));
  const lms = ground.closing(await OutageLms.start());
  const house = ground.closing(await openHouse(databaseUrl, lms.url, options.ratePerMinute));
  const startedAtMs = performance.now();
  await new Simulation({ databaseUrl, clock, lms, house }, options, report).run();
  const tookSeconds = (performance.now() - startedAtMs) / 1_000;
  return findings({ lines: await endedLines(databaseUrl, clock), callsAtMs: lms.callsAtMs, enrollments: lms.enrollments, tookSeconds }, options);
}

async function endedLines(databaseUrl: string, clock: SimulatedClock): Promise<EndedLine[]> {
  const { rows } = await withClient(databaseUrl, (client) => client.query<EndedRow>(ENDED));
  return rows.map(({ learner_username: learner, status, attempts, placed_at, fulfilled_at }) => ({
    learner, status, attempts, placedAtMs: clock.msOf(placed_at), fulfilledAtMs: fulfilled_at && clock.msOf(fulfilled_at),
  }));
}

async function bench(options: OutageOptions, stopAsked: Promise<never>): Promise<void> {
  console.log(`\n${await Ground.use(report, (ground) => Promise.race([simulate(ground, options), stopAsked]))}`);
}

await runBench({ usage: USAGE, readOptions, bench });
