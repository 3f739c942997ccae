import { StartError } from '../../apps/local/src/start-error.js';
import { whenAskedToStop } from '../../apps/local/src/stop-requests.js';
import { stopStartedPrograms } from '../support/processes.js';
import { DRILLS } from './drills/index.js';
import { readOptions, USAGE, UsageError, type ChaosOptions } from './options.js';
import { TABLE_HEAD, tableRow, type DrillReport } from './report.js';
import { runDrill } from './run-drill.js';
import { startServers, type Servers } from './stage/servers.js';

const MINUTE_MS = 60_000;
const report = (line: string): void => {
  console.error(line);
};

/** Somebody asked it to stop before the end. */
class StoppedError extends Error {}

async function playAll({ minutes, seed, drills }: ChaosOptions, servers: Servers, reports: DrillReport[]): Promise<void> {
  const minMs = ((minutes ?? 0) * MINUTE_MS) / drills.length;
  for (const drill of DRILLS.filter(({ number }) => drills.includes(number))) {
    report(`Drill ${drill.number}, ${drill.title}: ${minutes === null ? 'in small' : `at least ${Math.round(minMs / 1_000)} s`}, seed ${seed} …`);
    const size = minutes === null ? drill.short : (drill.long ?? drill.short);
    const result = await runDrill(drill, servers, seed, { ...size, minMs });
    reports.push(result);
    report(`  ${result.breaches.length === 0 ? 'every promise was kept' : 'PROMISES WERE BROKEN:'} (${result.seconds.toFixed(0)} s)`);
    for (const line of [...result.breaches, ...result.logs]) report(`  ${line}`);
  }
}

/** Answers whether every promise was kept. The table is printed of what was played, also when it ends early. */
async function chaos(options: ChaosOptions): Promise<boolean> {
  const stopAsked = whenAskedToStop(() => undefined).then(() => Promise.reject(new StoppedError()));
  stopAsked.catch(() => undefined);
  report('Starting PostgreSQL and Redis …');
  const servers = await startServers();
  const reports: DrillReport[] = [];
  try {
    await Promise.race([playAll(options, servers, reports), stopAsked]);
  } finally {
    await stopStartedPrograms();
    await servers.stop();
    console.log(['', TABLE_HEAD, ...reports.map(tableRow)].join('\n'));
  }
  return reports.every(({ breaches }) => breaches.length === 0);
}

function failureText(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`;
  if (error instanceof StoppedError) return 'Stopped before the end.';
  if (error instanceof StartError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) console.log(USAGE);
  process.exit(options === null || (await chaos(options)) ? 0 : 1);
} catch (error) {
  report(failureText(error));
  process.exit(1);
}
