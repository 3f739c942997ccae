import { join } from 'node:path';
import { ChildProgram } from '../../apps/local/src/child-program.js';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { SandboxControl } from './sandbox-control.js';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 20_000;

/** The secrets of every API and sandbox that is started here. */
export const TEST_JWT_SECRET = 'jwt-secret-of-the-tests-0123456789';
export const TEST_LMS_API_KEY = 'lms-api-key-of-the-tests';

/** One of our programs, run as its own process. It is stopped after the test file, if it still runs. */
export interface RunningProgram {
  readonly url: string;
  readonly pid: number;
  /** Asks it to end and waits for that; ends it after a while. */
  stop(): Promise<void>;
  /** Sends a signal and waits until the program is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** What it wrote to stdout and stderr. */
  output(): string;
}

export interface RunningSandbox extends RunningProgram {
  readonly control: SandboxControl;
}

export interface RunningGatewaySandbox extends RunningProgram {
  readonly controlUrl: string;
}

export interface ApiOptions {
  readonly databaseUrl: string;
  readonly lmsUrl: string;
  readonly env?: Readonly<Record<string, string>>;
}

const started = new Set<ChildProgram>();

/** Starts the API on a free port. Answers when it listens. */
export async function startApi({ databaseUrl, lmsUrl, env = {} }: ApiOptions): Promise<RunningProgram> {
  const program = start('the API', 'apps/api/src/main.js', { DATABASE_URL: databaseUrl, LMS_URL: lmsUrl, ...env });
  const { url } = await program.waitForEvent('listening', START_LIMIT_MS);
  return running(program, String(url));
}

/** Starts a worker on a free port. Answers when it works; its URL has health and figures. */
export async function startWorker({ databaseUrl, lmsUrl, env = {} }: ApiOptions): Promise<RunningProgram> {
  const program = start('the worker', 'apps/worker/src/main.js', { DATABASE_URL: databaseUrl, LMS_URL: lmsUrl, WORKER_PORT: '0', ...env });
  const { url } = await program.waitForEvent('listening', START_LIMIT_MS);
  return running(program, String(url));
}

/** Starts a sandbox LMS with nothing in it but its courses, on free ports and without a file. */
export async function startSandbox(env: Readonly<Record<string, string>> = {}): Promise<RunningSandbox> {
  const program = start('the sandbox LMS', 'apps/lms-sandbox/src/main.js', { CONTROL_PORT: '0', ...env });
  const { lmsUrl, controlUrl } = await program.waitForEvent('ready', START_LIMIT_MS);
  return { ...running(program, String(lmsUrl)), control: new SandboxControl(String(controlUrl)) };
}

/** Starts a sandbox gateway with nothing in it, on free ports and without a file. */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<RunningGatewaySandbox> {
  const program = start('the sandbox gateway', 'apps/gateway-sandbox/src/main.js', { GATEWAY_SANDBOX_PORT: '0', GATEWAY_SANDBOX_CONTROL_PORT: '0', ...env });
  const { gatewayUrl, controlUrl } = await program.waitForEvent('ready', START_LIMIT_MS);
  return { ...running(program, String(gatewayUrl)), controlUrl: String(controlUrl) };
}

/** Stops everything that was started here. Runs by itself after each test file; a program outside Jest calls it. */
export async function stopStartedPrograms(): Promise<void> {
  await Promise.all([...started].map((program) => program.stop(STOP_LIMIT_MS)));
  started.clear();
}

if (typeof afterAll === 'function') afterAll(stopStartedPrograms, 2 * STOP_LIMIT_MS);

function start(name: string, entry: string, env: Readonly<Record<string, string>>): ChildProgram {
  const folder = cloneFolder();
  const secrets = { JWT_SECRET: TEST_JWT_SECRET, LMS_API_KEY: TEST_LMS_API_KEY };
  const program = new ChildProgram({
    name,
    entry: join(folder, 'dist', entry),
    cwd: folder,
    env: { ...inheritedEnvironment(), ...secrets, HOST: '127.0.0.1', PORT: '0', ...env },
  });
  started.add(program);
  return program;
}

/** Only what a program needs to run: no setting of whoever runs the tests, and none of Jest's. */
function inheritedEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] };
}

function running(program: ChildProgram, url: string): RunningProgram {
  const { pid } = program;
  if (pid === undefined) throw new Error(program.lastWords());
  return {
    url,
    pid,
    stop: async () => {
      await program.stop(STOP_LIMIT_MS);
    },
    kill: async (signal = 'SIGKILL') => {
      program.kill(signal);
      await program.exited;
    },
    output: () => program.output(),
  };
}
