import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

/** npm and the terminal may each pass one Ctrl-C on: what follows this soon is the same one. */
const SAME_SIGNAL_MS = 300;
const PARENT_CHECK_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a program to its end and resolves with its exit code (128 + n when a signal ended it).
 *
 * The program leads a process group of its own: each signal that arrives here is passed on to the group once, and this
 * program waits for it. Over the IPC channel the program learns when this one is killed.
 */
export function runToEnd(command, args, { cwd, env = process.env, ipc = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['inherit', 'inherit', 'inherit', ...(ipc ? ['ipc'] : [])] });
    const stopPassing = passSignalsOn(child);
    child.once('error', (error) => {
      stopPassing();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopPassing();
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0));
    });
  });
}

function passSignalsOn(child) {
  let lastPassedAtMs = -Infinity;
  const pass = (signal) => {
    if (child.pid === undefined || performance.now() - lastPassedAtMs < SAME_SIGNAL_MS) return;
    lastPassedAtMs = performance.now();
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group has ended meanwhile.
    }
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  const parentCheck = whenNpmIsGone(() => pass('SIGTERM'));
  return () => {
    clearInterval(parentCheck);
    for (const signal of SIGNALS) process.off(signal, pass);
  };
}

/** npm runs its scripts in a shell and passes a SIGTERM on to that shell only, which does not pass it on to us. */
function whenNpmIsGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    stop();
  }, PARENT_CHECK_MS);
  return check;
}
