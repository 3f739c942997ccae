import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from '../command-line.js';
import { becomesTrue } from '../polling.js';
import { StartError } from '../start-error.js';

const FAST_SHUTDOWN_LIMIT_MS = 10_000;
const IMMEDIATE_SHUTDOWN_LIMIT_MS = 5_000;

/**
 * Stops a PostgreSQL that still serves this cluster because the program that started it was killed.
 * Any other pid file is removed: its process id may belong to another program by now, or to a zombie, and PostgreSQL would
 * not start beside it. Should a server live after all, its shared memory still keeps a second one out.
 *
 * @throws {StartError} when the server does not stop.
 */
export async function stopLeftoverServer(clusterFolder: string, report: (line: string) => void): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const commandLine = Number.isInteger(pid) ? await commandLineOf(pid) : null;
  if (commandLine === null || !servesCluster(commandLine, clusterFolder)) {
    rmSync(pidFile, { force: true });
    return;
  }
  report(`Stopping the PostgreSQL that an earlier start left behind (process ${pid}) …`);
  const gone = async (): Promise<boolean> => (await commandLineOf(pid)) === null;
  process.kill(pid, 'SIGINT');
  if (await becomesTrue(gone, { limitMs: FAST_SHUTDOWN_LIMIT_MS })) return;
  process.kill(pid, 'SIGQUIT');
  if (await becomesTrue(gone, { limitMs: IMMEDIATE_SHUTDOWN_LIMIT_MS })) return;
  throw new StartError(`The PostgreSQL that an earlier start left behind (process ${pid}) does not stop: end it, then start again.`);
}

function servesCluster(commandLine: string, clusterFolder: string): boolean {
  return `${commandLine} `.includes(`-D ${clusterFolder} `);
}
