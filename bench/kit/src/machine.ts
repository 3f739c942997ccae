import { cpus, loadavg, totalmem } from 'node:os';
import pg from 'pg';
import { median } from './statistics.js';

const PROBED_COMMITS = 200;

/** What the figures depend on beside the code. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  /** A commit of one small row, by one connection: mostly the disk's. Median. */
  readonly commitMs: number;
  /** Runnable processes before the bench began, averaged over one minute. */
  readonly loadBefore: number;
}

export async function describeMachine(databaseUrl: string, loadBefore: number): Promise<Machine> {
  const [first] = cpus();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const show = async (setting: string): Promise<string> => (await client.query<{ value: string }>('select current_setting($1) as value', [setting])).rows[0]?.value ?? '';
    return {
      cores: cpus().length,
      processor: first?.model.trim() ?? 'unknown',
      memoryGib: Math.round(totalmem() / 2 ** 30),
      node: process.versions.node,
      postgres: await show('server_version'),
      fsync: await show('fsync'),
      synchronousCommit: await show('synchronous_commit'),
      commitMs: await probeCommits(client),
      loadBefore,
    };
  } finally {
    await client.end();
  }
}

/** The load of the last minute, to be asked before there is one of our own. */
export function loadOfLastMinute(): number {
  return loadavg()[0] ?? NaN;
}

async function probeCommits(client: pg.Client): Promise<number> {
  await client.query('create table commit_probe (id integer)');
  const times: number[] = [];
  for (let commits = 0; commits < PROBED_COMMITS; commits += 1) {
    const startedAtMs = performance.now();
    await client.query('insert into commit_probe values (1)');
    times.push(performance.now() - startedAtMs);
  }
  await client.query('drop table commit_probe');
  return median(times);
}
