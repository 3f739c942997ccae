import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../../apps/local/src/start-error.js';
import { whenAskedToStop } from '../../../apps/local/src/stop-requests.js';
import { describeMachine, loadOfLastMinute } from './machine.js';
import { measurePoint, type Point } from './measure.js';
import { readOptions, USAGE, UsageError, type BenchOptions } from './options.js';
import { profileTable, profiling } from './profile.js';
import { jsonReport, machineLines, table, type MeasuredFigures } from './report.js';
import { CONTESTANTS, Stage, type Cast } from './stage.js';
import { countRows, differencesPerOrder } from './written-rows.js';

const loadBefore = loadOfLastMinute();
const report = (line: string): void => {
  console.error(line);
};

/** Somebody asked it to stop before the end. */
class StoppedError extends Error {}

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
    const orders = points.reduce((total, { figures }) => total + figures[contestant].orders, 0);
    console.log(`\n${contestant}\n${profileTable(folders[contestant], measuredFromUs, orders)}`);
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return;
  }
  const stopAsked = whenAskedToStop(() => undefined).then(() => Promise.reject(new StoppedError()));
  stopAsked.catch(() => undefined);
  await bench(options, stopAsked);
}

function failureText(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`;
  if (error instanceof StoppedError) return 'Stopped before the end: there are no figures.';
  if (error instanceof StartError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  report(failureText(error));
  process.exit(1);
}
