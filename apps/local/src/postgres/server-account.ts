import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartError } from '../start-error.js';

const ACCOUNT = 'postgres';
const run = promisify(execFile);

/** The system account that PostgreSQL runs as, when that is not the caller. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root: root gets the system account `postgres`, made here when it is missing.
 * Anyone else gets null and runs it himself.
 *
 * @throws {StartError} when the account is missing and cannot be made.
 */
export async function serverAccount(report: (line: string) => void): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await findAccount();
  if (existing !== null) return existing;
  report(`PostgreSQL does not run as root: making the system account "${ACCOUNT}" for it.`);
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', ACCOUNT]);
  } catch (error) {
    throw new StartError(`PostgreSQL does not run as root, and the system account "${ACCOUNT}" could not be made: start as another user, or set DATABASE_URL.`, { cause: error });
  }
  const made = await findAccount();
  if (made === null) throw new StartError(`The system account "${ACCOUNT}" was made and cannot be found: start as another user, or set DATABASE_URL.`);
  return made;
}

async function findAccount(): Promise<ServerAccount | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', ACCOUNT]), run('id', ['-g', ACCOUNT])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
