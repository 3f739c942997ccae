import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProgramOutput, type ProgramEvent } from './program-output.js';

export interface ChildProgramOptions {
  /** As people call it: "the API". */
  readonly name: string;
  /** Absolute path of a built JavaScript file. */
  readonly entry: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its output is written as well; the end of it is kept in memory either way. */
  readonly logFile?: string;
}

/**
 * One of our own programs, run by this Node.
 *
 * It has a session of its own, so Ctrl-C in a terminal reaches it through its starter only, and an IPC channel:
 * the program ends itself on `disconnect`, so a starter that was killed leaves no orphan.
 */
export class ChildProgram {
  /** Resolves when the program has ended, with how. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;
  private readonly written: ProgramOutput;
  private end: string | null = null;

  constructor(private readonly options: ChildProgramOptions) {
    this.written = new ProgramOutput(options.logFile);
    this.child = spawn(process.execPath, [options.entry], { cwd: options.cwd, env: { ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.written.addLines(chunk);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.written.addText(chunk);
    });
    this.exited = this.watch();
  }

  get name(): string {
    return this.options.name;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** How it ended; null while it runs. */
  get ending(): string | null {
    return this.end;
  }

  get succeeded(): boolean {
    return this.child.exitCode === 0;
  }

  /** What it wrote to both streams, at least the last million characters of it. */
  output(): string {
    return this.written.text;
  }

  /** How it ended, and its last lines, for a message. */
  lastWords(): string {
    return `${this.name} ended with ${this.end ?? 'no word'}. Its last words:\n${this.written.lastLines}`;
  }

  /** Waits until the program has written an event of that name, now or earlier. @throws {Error} when it ends first or the limit passes. */
  async waitForEvent(event: string, limitMs: number): Promise<ProgramEvent> {
    const seen = await this.written.event(event, limitMs);
    if (seen !== null) return seen;
    throw new Error(this.end === null ? `${this.name} has not said "${event}" within ${limitMs} ms. Its last words:\n${this.written.lastLines}` : this.lastWords());
  }

  /** Asks it to end (SIGTERM) and ends it (SIGKILL) when it has not within the limit. Answers how it ended. */
  async stop(limitMs: number): Promise<string> {
    this.kill('SIGTERM');
    await Promise.race([this.exited, sleep(limitMs, undefined, { ref: false })]);
    this.kill('SIGKILL');
    return this.exited;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.end === null) this.child.kill(signal);
  }

  private watch(): Promise<string> {
    return new Promise((resolve) => {
      const settle = (how: string): void => {
        this.end ??= how;
        this.written.close();
        resolve(this.end);
      };
      this.child.once('error', (error) => {
        settle(error.message);
      });
      this.child.once('close', (code, signal) => {
        settle(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
    });
  }
}
