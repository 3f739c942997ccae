import { parseArgs } from 'node:util';
import { loadOpsConfig, pendingMigrations, runMigrations } from '#config';
import { describeFailure } from './command-failure.js';

const USAGE = `Usage: npm run migrate -- [--dry-run]

Brings the database that DATABASE_URL names up to date. Safe beside running replicas.

  --dry-run   only name what is pending
  --help      show this

Exit codes: 0 done, 1 failed, 2 wrong arguments.
`;

try {
  const values = readArguments(process.argv.slice(2));
  if (values === null) process.exitCode = 2;
  else if (values.help) process.stdout.write(USAGE);
  else await migrate(loadOpsConfig(process.env).database.url, values['dry-run']);
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

/** Answers null, and says why, when there is anything that it does not know: a mistyped rehearsal must not be the real thing. */
function readArguments(args: string[]) {
  try {
    return parseArgs({ args, options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return null;
  }
}

async function migrate(databaseUrl: string, dryRun: boolean): Promise<void> {
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length === 0) return void process.stdout.write('The database is up to date.\n');
  if (!dryRun) await runMigrations(databaseUrl);
  process.stdout.write(`${dryRun ? 'Would run' : 'Ran'}: ${pending.join(', ')}\n`);
}
