import { StartError } from '../../apps/local/src/start-error.js';
import { whenAskedToStop } from '../../apps/local/src/stop-requests.js';
import { stopStartedPrograms } from '../support/processes.js';
import { DRILLS } from './drills/index.js';
import { PAYMENTS_AT_LENGTH, PAYMENTS_DRILL, PAYMENTS_IN_SMALL, runPaymentsDrill } from './payments-drill.js';
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
    tellOf(result);
  }
  if (drills.includes(PAYMENTS_DRILL)) reports.push(await playPayments(servers, seed, minutes === null ? null : minMs));
}

function tellOf({ breaches, seconds, logs }: DrillReport): void {
  report(`  ${breaches.length === 0 ? 'every promise was kept' : 'PROMISES WERE BROKEN:'} (${seconds.toFixed(0)} s)`);
  for (const line of [...breaches, ...logs]) report(`  ${line}`);
}

/** On a shop of its own, as the tests open it. `minMs` null: in small. */
async function playPayments(servers: Servers, seed: number, minMs: number | null): Promise<DrillReport> {
  report(`Drill ${PAYMENTS_DRILL}, payments: ${minMs === null ? 'in small' : `at least ${Math.round(minMs / 1_000)} s`}, seed ${seed} …`);
  const template = new URL(await servers.postgres.makeDatabase('template_payments'));
  process.env['TEST_TEMPLATE'] = 'template_payments';
  template.pathname = '/postgres';
  process.env['TEST_POSTGRES_URL'] = template.href;
  const result = await runPaymentsDrill(seed, minMs === null ? PAYMENTS_IN_SMALL : { ...PAYMENTS_AT_LENGTH, minMs });
  tellOf(result);
  return result;
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
