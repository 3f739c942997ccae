import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';

/** What one import took. */
export interface ImportFigures {
  /** From the start of the program to its end. */
  readonly seconds: number;
  /** The most of the machine's memory that the program held. */
  readonly peakBytes: number;
}

export interface RunTerms {
  readonly databaseUrl: string;
  readonly lmsUrl: string;
  /** For what the program writes down at its end. */
  readonly folder: string;
}

/** Runs the command as it is shipped. @throws {Error} when it does not end well, or did not import what it should. */
export async function runImport(argv: readonly string[], expected: string, { databaseUrl, lmsUrl, folder }: RunTerms): Promise<ImportFigures> {
  const peakFile = join(folder, 'peak-memory');
  const options = `--import=${pathToFileURL(join(import.meta.dirname, 'peak-memory.js')).href}`;
  const lms = { LMS_URL: lmsUrl, LMS_API_KEY: 'a-key', LMS_OAUTH_CLIENT_ID: 'bench', LMS_OAUTH_CLIENT_SECRET: 'bench-secret' };
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', NODE_OPTIONS: options, PEAK_MEMORY_FILE: peakFile, DATABASE_URL: databaseUrl, ...lms };
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [join(cloneFolder(), 'dist/apps/ops/src/ops.main.js'), 'catalog', 'import', ...argv], { cwd: cloneFolder(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - startedAtMs) / 1_000;
  if (code !== 0 || !written.out.includes(expected)) throw new Error(`The import ended with ${String(code)}, and not with "${expected}":\n${written.err}${written.out}`);
  const peakBytes = Number(readFileSync(peakFile, 'utf8')) * 1_024;
  rmSync(peakFile);
  return { seconds, peakBytes };
}
