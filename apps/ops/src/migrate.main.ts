import { loadOpsConfig, pendingMigrations, runMigrations } from '#config';
import { describeFailure } from './command-failure.js';

const USAGE = `Brings the database up to date. Safe beside running replicas; needs DATABASE_URL.

  npm run migrate              runs what is pending
  npm run migrate -- --dry-run only names it
`;

try {
  const [flag] = process.argv.slice(2);
  if (flag === '--help') process.stdout.write(USAGE);
  else await migrate(loadOpsConfig(process.env).database.url, flag === '--dry-run');
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function migrate(databaseUrl: string, dryRun: boolean): Promise<void> {
  const pending = await pendingMigrations(databaseUrl);
  if (pending.length === 0) return void process.stdout.write('The database is up to date.\n');
  if (!dryRun) await runMigrations(databaseUrl);
  process.stdout.write(`${dryRun ? 'Would run' : 'Ran'}: ${pending.join(', ')}\n`);
}
