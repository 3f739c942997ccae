import pg from 'pg';
import { Pool } from 'undici';
import { drain } from './baseline.drain.js';

/*
 * The baseline: what draining would cost at the least on this stack. node-postgres and an HTTP pool, the same rows in the
 * same two commits a line, the same two calls to the LMS; no leave, no wake-ups, no log, no promise kept but the happy one.
 * Each message has it drain what is due; it answers with the number of lines.
 */

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is missing.`);
  return value;
}

const dependencies = {
  database: new pg.Pool({ connectionString: required('DATABASE_URL'), max: Number(required('DATABASE_POOL_SIZE')) }),
  lms: new Pool(required('LMS_URL'), { connections: null }),
  lmsApiKey: required('LMS_API_KEY'),
  concurrency: Number(required('DELIVERY_CONCURRENCY')),
};

process.on('message', () => {
  drain(dependencies).then(
    (lines) => process.send?.({ lines }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
process.send?.({ url: '' });
