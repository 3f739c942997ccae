import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

/** A program of the benchmark, run as its own process and spoken to by messages. It ends itself when this one has gone. */
export class ForkedProgram {
  private constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
    /** Where it listens; empty when it does not. */
    readonly url: string,
  ) {}

  /** Starts a built file, named by its absolute path, and waits until it says that it is ready. */
  static async start(name: string, entry: string, env: Readonly<Record<string, string>> = {}): Promise<ForkedProgram> {
    const child = fork(entry, [], { env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env }, execArgv: [], serialization: 'advanced', detached: true });
    const starting = new ForkedProgram(child, name, '');
    const { url } = (await starting.answer(START_LIMIT_MS)) as { url: string };
    return new ForkedProgram(child, name, url);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} has no process.`);
    return this.child.pid;
  }

  /** Sends a message and waits for the answer. @throws {Error} when the answer carries an `error`, does not come in time, or the program ends. */
  async ask(message: object, limitMs: number): Promise<unknown> {
    const answer = this.answer(limitMs);
    this.child.send(message);
    return answer;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(timer);
  }

  private async answer(limitMs: number): Promise<unknown> {
    const limit = new AbortController();
    const { signal } = limit;
    try {
      const [answer] = (await Promise.race([
        once(this.child, 'message', { signal }),
        once(this.child, 'exit', { signal }).then(([code, killedBy]) => Promise.reject(new Error(`${this.name} ended with ${String(code ?? killedBy)}; its messages are above.`))),
        sleep(limitMs, undefined, { signal }).then(() => Promise.reject(new Error(`${this.name} has not answered within ${limitMs} ms.`))),
      ])) as [{ error?: string }];
      if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
      return answer;
    } finally {
      limit.abort();
    }
  }
}
