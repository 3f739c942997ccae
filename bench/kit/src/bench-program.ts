import { StartError } from '../../../apps/local/src/start-error.js';
import { whenAskedToStop } from '../../../apps/local/src/stop-requests.js';
import { UsageError } from './command-line.js';

/** A benchmark as a command. */
export interface BenchProgram<Options> {
  readonly usage: string;
  /** Null asks for help. @throws {UsageError} */
  readonly readOptions: (argv: readonly string[]) => Options | null;
  /** `stopAsked` rejects when somebody asks it to stop before the end: race it, so that what was started is stopped. */
  readonly bench: (options: Options, stopAsked: Promise<never>) => Promise<void>;
}

/** Somebody asked it to stop before the end. */
class StoppedError extends Error {}

/** Progress goes to stderr, so that stdout has the figures alone. */
export const report = (line: string): void => {
  console.error(line);
};

/** Runs it, and ends the process: with 0 whatever the figures are, with 1 when there are none. */
export async function runBench<Options>({ usage, readOptions, bench }: BenchProgram<Options>): Promise<never> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === null) console.log(usage);
    else await bench(options, stopRequest());
    process.exit(0);
  } catch (error) {
    report(failureText(error, usage));
    process.exit(1);
  }
}

function stopRequest(): Promise<never> {
  const asked = whenAskedToStop(() => undefined).then(() => Promise.reject(new StoppedError()));
  asked.catch(() => undefined);
  return asked;
}

function failureText(error: unknown, usage: string): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof StoppedError) return 'Stopped before the end: there are no figures.';
  if (error instanceof StartError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}
