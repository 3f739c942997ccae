import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.js';
import { copyBinaries, packagedBinaries, whyNotRunnable, type PostgresBinaries } from './postgres-binaries.js';
import { serverAccount, type ServerAccount } from './server-account.js';

const SYSTEM_FOLDER = '/var/lib/order-fulfillment';

/** Where the embedded PostgreSQL keeps its data, what it is started from, and as whom. */
export interface PostgresPlace {
  readonly dataFolder: string;
  readonly account: ServerAccount | null;
  readonly packaged: PostgresBinaries;
  /** Where the binaries must be copied to before they run; null when they run where npm put them. */
  readonly copyFolder: string | null;
}

export interface PlaceOptions {
  readonly cloneFolder: string;
  /** Chosen by the caller; null leaves the choice here: `.data` in the clone, or a system folder when PostgreSQL's account cannot enter the clone. */
  readonly dataFolder: string | null;
  readonly report: (line: string) => void;
}

/** Decides, and makes nothing but the system account. @throws {StartError} when PostgreSQL cannot run on this machine. */
export async function choosePostgresPlace({ cloneFolder, dataFolder, report }: PlaceOptions): Promise<PostgresPlace> {
  const [packaged, account] = await Promise.all([packagedBinaries(), serverAccount(report)]);
  const problem = await whyNotRunnable(packaged, account);
  if (problem === null) return { packaged, account, copyFolder: null, dataFolder: dataFolder ?? join(cloneFolder, '.data') };
  if (account === null) throw cannotRun(problem);
  const systemFolder = join(SYSTEM_FOLDER, shortHash(realpathSync(cloneFolder)));
  return { packaged, account, copyFolder: join(systemFolder, `postgresql-${packaged.version}`), dataFolder: dataFolder ?? systemFolder };
}

/** Makes the binaries ready to run. @throws {StartError} when they do not run even as a copy. */
export async function readyBinaries({ packaged, account, copyFolder }: PostgresPlace, report: (line: string) => void): Promise<PostgresBinaries> {
  if (copyFolder === null) return packaged;
  if (!existsSync(copyFolder)) report(`PostgreSQL's account cannot enter this clone: copying PostgreSQL to ${copyFolder}.`);
  makePassableFolder(dirname(copyFolder));
  const copied = copyBinaries(packaged, copyFolder);
  const problem = await whyNotRunnable(copied, account);
  if (problem !== null) throw cannotRun(problem);
  return copied;
}

/**
 * Makes the folder and what is missing above it so that other accounts may walk through and not list:
 * PostgreSQL's own account needs the way to its files, whatever the umask.
 *
 * @throws {StartError} when it cannot be made.
 */
export function makePassableFolder(folder: string): void {
  if (existsSync(folder)) return;
  makePassableFolder(dirname(folder));
  try {
    mkdirSync(folder);
    chmodSync(folder, 0o711);
  } catch (error) {
    throw new StartError(`The folder ${folder} cannot be made: set DATA_DIR to a folder that this user may write to.`, { cause: error });
  }
}

function cannotRun(problem: string): StartError {
  return new StartError(`PostgreSQL's binaries do not run on this machine; set DATABASE_URL to a server of your own. They say: ${problem}`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
