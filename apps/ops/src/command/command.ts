import { describeFailure } from '../command-failure.js';
import { WrongArgumentsError } from './arguments.js';
import { printable } from './printable.js';
import type { Surroundings } from './surroundings.js';

/** How a command ends. `interrupted` is what shells call Ctrl-C. */
export const EXIT = { done: 0, failed: 1, wrongArguments: 2, interrupted: 130 } as const;

export interface CommandOutline<Arguments> {
  readonly name: string;
  /** What may follow the name, as the list of commands shows it. */
  readonly synopsis: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` adds: the options, examples. */
  readonly help: string;
  /** @throws {WrongArgumentsError} */
  read(argv: readonly string[]): Arguments;
  /** Answers the exit code. What it throws is told on stderr, and the code is 1. */
  run(read: Arguments, surroundings: Surroundings): Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly synopsis: string;
  readonly summary: string;
  /** Answers the exit code; never throws. */
  execute(surroundings: Surroundings): Promise<number>;
}

/** A command with what all have alike: `--help`, the answer to wrong arguments, and the sentence for what fails. */
export function defineCommand<Arguments>(outline: CommandOutline<Arguments>): Command {
  const { name, synopsis, summary } = outline;
  const usage = `Usage: npm run ops -- ${name}${synopsis === '' ? '' : ` ${synopsis}`}\n\n${summary}\n\n${outline.help}`;
  return {
    name,
    synopsis,
    summary,
    execute: async (surroundings) => {
      const { argv, stdout, stderr } = surroundings;
      if (asksForHelp(argv)) {
        stdout.write(usage);
        return EXIT.done;
      }
      try {
        return await outline.run(outline.read(argv), surroundings);
      } catch (error) {
        const isWrong = error instanceof WrongArgumentsError;
        stderr.write(isWrong ? `${printable(error.message)}\n\n${usage}` : `${printable(describeFailure(error))}\n`);
        return isWrong ? EXIT.wrongArguments : EXIT.failed;
      }
    },
  };
}

export function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h');
}
