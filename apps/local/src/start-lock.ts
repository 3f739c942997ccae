import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLineOf } from './command-line.js';
import { StartError } from './start-error.js';

const PROGRAM = join('apps', 'local', 'src', 'main.js');

/** The process id of another `npm start` on this data folder, if one runs. */
export async function runningStart(dataFolder: string, program = PROGRAM): Promise<number | null> {
  const path = lockPath(dataFolder);
  if (!existsSync(path)) return null;
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
  if (!Number.isInteger(pid) || pid === process.pid) return null;
  const commandLine = await commandLineOf(pid);
  return commandLine?.includes(program) === true ? pid : null;
}

/**
 * Keeps a second `npm start` away from this data folder. Returns how to let it go.
 * The lock of a start that was killed is taken over.
 *
 * @throws {StartError} when another start holds it.
 */
export async function takeStartLock(dataFolder: string, program = PROGRAM): Promise<() => void> {
  const other = await runningStart(dataFolder, program);
  if (other !== null) {
    throw new StartError(`Another \`npm start\` of this clone is running (process ${other}): use that one, stop it with Ctrl-C, or set DATA_DIR and the ports for a second.`);
  }
  const path = lockPath(dataFolder);
  writeFileSync(path, `${process.pid}\n`);
  return () => {
    rmSync(path, { force: true });
  };
}

function lockPath(dataFolder: string): string {
  return join(dataFolder, 'npm-start.pid');
}
