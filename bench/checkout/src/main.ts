import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report, runBench } from '../../kit/src/bench-program.js';
import { describeMachine, loadOfLastMinute } from '../../kit/src/machine.js';
import { profileTable, profiling } from '../../kit/src/profile.js';
import { machineLines } from '../../kit/src/table.js';
import { countRows, differencesPerOrder } from '../../kit/src/written-rows.js';
import { measurePoint, type Point } from './measure.js';
import { readOptions, USAGE, type BenchOptions } from './options.js';
import { jsonReport, table, type MeasuredFigures } from './report.js';
import { CONTESTANTS, Stage, type Cast } from './stage.js';

const loadBefore = loadOfLastMinute();

interface Outcome extends MeasuredFigures {
  /** By the monotonic clock of the machine, in microseconds. */
  readonly measuredFromUs: number;
}

async function measure(cast: Cast, options: BenchOptions): Promise<Outcome> {
  const machine = await describeMachine(cast.members.databases.product, loadBefore);
  await warmUp(cast, options);
  const measuredFromUs = Number(process.hrtime.bigint() / 1_000n);
  const points: Point[] = [];
  for (const lmsLatencyMs of options.lmsLatenciesMs) {
    for (const buyers of options.buyerCounts) {
      report(`Measuring ${buyers} buyer(s), the LMS at ${lmsLatencyMs} ms …`);
      points.push(await measurePoint(cast, options, lmsLatencyMs, buyers));
    }
  }
  const { product, baseline } = cast.members.databases;
  const warnings = differencesPerOrder(await countRows(product), await countRows(baseline));
  return { machine, points, warnings, measuredFromUs };
}

/** Until the code is compiled, the connections are open, and PostgreSQL knows its tables. */
async function warmUp(cast: Cast, { warmUpMs, buyerCounts }: BenchOptions): Promise<void> {
  report('Warming up …');
  await cast.setLmsLatency(0);
  for (const contestant of CONTESTANTS) await cast.buy(contestant, Math.max(...buyerCounts), warmUpMs);
  await cast.settleDatabases();
}

async function bench(options: BenchOptions, stopAsked: Promise<never>): Promise<void> {
  const { profileFolder, jsonFile } = options;
  const folders = { product: join(profileFolder ?? '', 'product'), baseline: join(profileFolder ?? '', 'baseline') };
  const env = profileFolder === null ? { product: {}, baseline: {} } : { product: profiling(folders.product), baseline: profiling(folders.baseline) };
  const outcome = await Stage.use({ env, report }, (cast) => Promise.race([measure(cast, options), stopAsked]));
  const { machine, points, warnings, measuredFromUs } = outcome;
  console.log(['', table(points), '', machineLines(machine), ...warnings].join('\n'));
  if (jsonFile !== null) writeFileSync(jsonFile, jsonReport(outcome, options));
  if (profileFolder === null) return;
  for (const contestant of CONTESTANTS) {
    const count = points.reduce((total, { figures }) => total + figures[contestant].orders, 0);
    console.log(`\n${contestant}\n${profileTable(folders[contestant], measuredFromUs, { what: 'an order', count })}`);
  }
}

await runBench({ usage: USAGE, readOptions, bench });
