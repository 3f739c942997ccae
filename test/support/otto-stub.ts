import { join } from 'node:path';
import { ChildProgram } from '../../apps/local/src/child-program.js';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { TEST_JWT_SECRET } from './processes.js';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

/** How the stub shall break: `status` (503 unless said otherwise), `reset`, `cut` (half a page) or `hang`; page 0 is every page. */
export interface OttoFault {
  readonly page: number;
  readonly kind: 'status' | 'reset' | 'cut' | 'hang';
  readonly status?: number;
  readonly retryAfter?: string;
  readonly times?: number;
}

/** A running stand-in for openedx/ecommerce. Setting courses or faults forgets the calls. */
export interface OttoStub {
  readonly url: string;
  setCourses(courses: readonly object[]): Promise<void>;
  setFaults(...faults: readonly OttoFault[]): Promise<void>;
  /** What was asked, in the order of arrival; a status of null is none. */
  calls(): Promise<{ page: number; status: number | null }[]>;
  stop(): Promise<void>;
}

/** Starts it on a free port. It takes the tokens of a sandbox LMS that was started by the tests. */
export async function startOttoStub(): Promise<OttoStub> {
  const folder = cloneFolder();
  const program = new ChildProgram({ name: 'the Otto stub', entry: join(folder, 'dist/test/support/otto-stub.main.js'), cwd: folder, env: { PATH: process.env['PATH'], JWT_SECRET: TEST_JWT_SECRET } });
  const { url } = await program.waitForEvent('ready', START_LIMIT_MS);
  const put = async (path: string, body: unknown): Promise<void> => {
    const { ok, status } = await fetch(`${String(url)}/stub/${path}`, { method: 'PUT', body: JSON.stringify(body) });
    if (!ok) throw new Error(`The Otto stub refused ${path}: ${status}`);
  };
  return {
    url: String(url),
    setCourses: (courses) => put('courses', courses),
    setFaults: (...faults) => put('faults', faults),
    calls: async () => (await (await fetch(`${String(url)}/stub/calls`)).json()) as { page: number; status: number | null }[],
    stop: async () => void (await program.stop(STOP_LIMIT_MS)),
  };
}
