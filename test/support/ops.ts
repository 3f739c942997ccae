import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';

export interface OpsRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Sees all that was written so far, and may send the program a signal. */
export type OpsWatch = (written: string, kill: (signal: NodeJS.Signals) => void) => void;

/** Runs the operators' program, as it is built, with nothing in its environment but this. */
export function runOps(env: Readonly<Record<string, string>>, argv: readonly string[], watch?: OpsWatch): Promise<OpsRun> {
  return startOps(env, argv, watch).ended;
}

/** The same, with its process, so that it can be killed. */
export function startOps(env: Readonly<Record<string, string>>, argv: readonly string[], watch: OpsWatch = () => undefined): { readonly child: ChildProcess; readonly ended: Promise<OpsRun> } {
  const child = spawn(process.execPath, [join(cloneFolder(), 'dist/apps/ops/src/ops.main.js'), ...argv], { cwd: cloneFolder(), env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  const note = (stream: 'out' | 'err') => (text: string) => {
    written[stream] += text;
    watch(written.out + written.err, (signal) => child.kill(signal));
  };
  child.stdout.setEncoding('utf8').on('data', note('out'));
  child.stderr.setEncoding('utf8').on('data', note('err'));
  return { child, ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, ...written }))) };
}
