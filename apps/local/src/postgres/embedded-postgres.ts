import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLinesOf, openLog } from '../log-file.js';
import { becomesTrue } from '../polling.js';
import { freePort } from '../ports.js';
import { StartError } from '../start-error.js';
import { ensureCluster } from './cluster.js';
import { stopLeftoverServer } from './leftover-server.js';
import { readyBinaries, makePassableFolder, type PostgresPlace } from './postgres-place.js';
import { PostgresServer } from './postgres-server.js';

const START_LIMIT_MS = 120_000;
const MAX_TRIES = 5;
const PAUSE_MS = 500;
/** Another program took the port first, or the memory of a server that was killed is not free yet. */
const WORTH_ANOTHER_TRY = /Address already in use|shared memory block/;

export interface EmbeddedPostgresOptions {
  readonly place: PostgresPlace;
  /** Of the superuser `postgres`. */
  readonly password: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Starts a PostgreSQL of our own on a free port of 127.0.0.1, with fsync on, and makes its database folder at the first start.
 * Answers when the server that was started here, and no other, takes connections.
 *
 * @throws {StartError} with PostgreSQL's own words, when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<PostgresServer> {
  const { place, password, report } = options;
  makePassableFolder(place.dataFolder);
  const folder = join(place.dataFolder, 'postgres');
  const binaries = await readyBinaries(place, report);
  await stopLeftoverServer(folder, report);
  await ensureCluster({ folder, binaries, account: place.account, password, report });
  for (let tries = 1; ; tries += 1) {
    const logFile = join(place.dataFolder, 'postgres.log');
    const server = new PostgresServer({ program: binaries.postgres, account: place.account, folder, password, port: await freePort(), log: openLog(logFile) });
    if (await answersInTime(server, options.signal)) return server;
    await server.stop();
    const words = lastLinesOf(logFile);
    if (tries === MAX_TRIES || !WORTH_ANOTHER_TRY.test(words)) throw new StartError(`PostgreSQL did not start (log: ${logFile}). Its last words: ${words}`);
    await sleep(PAUSE_MS);
  }
}

async function answersInTime(server: PostgresServer, signal: AbortSignal | undefined): Promise<boolean> {
  let answers = false;
  const ready = async (): Promise<boolean> => {
    answers = await server.answers();
    return answers || server.hasExited;
  };
  try {
    await becomesTrue(ready, { limitMs: START_LIMIT_MS, ...(signal === undefined ? {} : { signal }) });
    return answers;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
