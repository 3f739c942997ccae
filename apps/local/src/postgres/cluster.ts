import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastLines } from '../log-file.js';
import { StartError } from '../start-error.js';
import { wordsOf, type PostgresBinaries } from './postgres-binaries.js';
import type { ServerAccount } from './server-account.js';

/** What PostgreSQL's programs get to see: nothing of the caller's `PG…` variables or language. */
export const POSTGRES_ENVIRONMENT: Readonly<Record<string, string>> = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface ClusterOptions {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | null;
  readonly password: string;
  readonly report: (line: string) => void;
}

/**
 * Makes the database cluster at the first start. It is made beside its place and moved there when it is whole,
 * so a start that was killed leaves nothing that a later one takes for a cluster.
 *
 * @throws {StartError} when initdb fails, or the cluster belongs to another major version.
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { folder, binaries, report } = options;
  if (existsSync(folder)) {
    refuseOtherMajorVersion(folder, binaries);
    return;
  }
  report('Making the database (once, a few seconds) …');
  const staging = `${folder}.new`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  await initialize(staging, options);
  renameSync(join(staging, 'cluster'), folder);
  rmSync(staging, { recursive: true });
}

async function initialize(staging: string, { binaries, account, password }: ClusterOptions): Promise<void> {
  const passwordFile = join(staging, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== null) for (const path of [staging, passwordFile]) chownSync(path, account.uid, account.gid);
  const flags = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  try {
    await promisify(execFile)(binaries.initdb, [...flags, ...locale, '-D', join(staging, 'cluster')], { cwd: '/', env: POSTGRES_ENVIRONMENT, ...account });
  } catch (error) {
    throw new StartError(`PostgreSQL could not make its database folder in ${staging}. Its last words: ${lastLines(wordsOf(error))}`, { cause: error });
  }
}

function refuseOtherMajorVersion(folder: string, binaries: PostgresBinaries): void {
  const versionFile = join(folder, 'PG_VERSION');
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null;
  const ours = binaries.version.split('.')[0];
  if (version === ours) return;
  const fact = version === null ? 'holds no database' : `was made by PostgreSQL ${version}, and this is PostgreSQL ${ours}`;
  throw new StartError(`${folder} ${fact}: move that folder away (its orders go with it), or set DATA_DIR to another.`);
}
