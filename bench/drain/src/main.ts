import { report, runBench } from '../../kit/src/bench-program.js';
import { Ground } from '../../kit/src/ground.js';
import { describeMachine, loadOfLastMinute, type Machine } from '../../kit/src/machine.js';
import { profileTable } from '../../kit/src/profile.js';
import { machineLines } from '../../kit/src/table.js';
import { countRows, differencesPerOrder } from '../../kit/src/written-rows.js';
import { profileFolderOf, startCast, type Cast } from './contestants.js';
import { drainOnce, measurePoint, type Point } from './measure.js';
import { readOptions, USAGE, type DrainOptions } from './options.js';
import { table } from './report.js';

const loadBefore = loadOfLastMinute();

interface Outcome {
  readonly machine: Machine;
  readonly points: readonly Point[];
  readonly warnings: readonly string[];
  /** By the monotonic clock of the machine, in microseconds. */
  readonly measuredFromUs: number;
}

async function measure(ground: Ground, options: DrainOptions): Promise<Outcome> {
  report('Starting the LMS stub, Redis, the workers and the bare code …');
  const cast = await startCast(ground, options);
  const machine = await describeMachine(cast.contestants[0]?.databaseUrl ?? '', loadBefore);
  report('Warming up …');
  for (const contestant of cast.contestants) await drainOnce(cast, contestant, Math.ceil(options.lines / 2), 0);
  const measuredFromUs = Number(process.hrtime.bigint() / 1_000n);
  const points: Point[] = [];
  for (const lmsLatencyMs of options.lmsLatenciesMs) {
    report(`Draining, the LMS at ${lmsLatencyMs} ms …`);
    points.push(await measurePoint(cast, options, lmsLatencyMs));
  }
  return { machine, points, warnings: await compareRows(cast), measuredFromUs };
}

/** Of the last round. While somebody writes other rows than the bare code, the ratio compares two different things. */
async function compareRows({ contestants }: Cast): Promise<string[]> {
  const counts = await Promise.all(contestants.map(async ({ name, databaseUrl }) => ({ name, rows: await countRows(databaseUrl) })));
  const bare = counts.find(({ name }) => name === 'bare code')?.rows ?? {};
  return counts.flatMap(({ rows }) => differencesPerOrder(rows, bare));
}

async function bench(options: DrainOptions, stopAsked: Promise<never>): Promise<void> {
  const { machine, points, warnings, measuredFromUs } = await Ground.use(report, (ground) => Promise.race([measure(ground, options), stopAsked]));
  console.log(['', table(points, options.concurrency), '', machineLines(machine), ...warnings].join('\n'));
  if (options.profileFolder === null) return;
  for (const { name } of points[0]?.figures ?? []) {
    const count = points.flatMap(({ figures }) => figures.filter((one) => one.name === name)).flatMap(({ rounds }) => rounds).reduce((total, { lines }) => total + lines, 0);
    console.log(`\n${name}\n${profileTable(profileFolderOf(options.profileFolder, name), measuredFromUs, { what: 'a line', count })}`);
  }
}

await runBench({ usage: USAGE, readOptions, bench });
