import { EXIT, asksForHelp, type Command } from './command.js';
import { printable } from './printable.js';

/** A command that is only the first word of others. */
export interface CommandGroup extends Pick<Command, 'name' | 'summary'> {
  /** By the word that follows its name. */
  readonly subcommands: Readonly<Record<string, Command>>;
  /** What to say to somebody who names none. */
  readonly question: string;
}

const SHORTEST_COLUMN = 10;

/** `npm run ops -- <name> <subcommand>` */
export function commandGroup({ name, summary, subcommands, question }: CommandGroup): Command {
  const usage = usageOf(name, subcommands);
  return {
    name,
    synopsis: '<subcommand>',
    summary,
    execute: async ({ argv, ...surroundings }) => {
      const [word, ...rest] = argv;
      const subcommand = word !== undefined && Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
      if (subcommand) return subcommand.execute({ ...surroundings, argv: rest });
      if (asksForHelp(argv)) {
        surroundings.stdout.write(usage);
        return EXIT.done;
      }
      surroundings.stderr.write(`${word === undefined ? question : printable(`There is no subcommand ${JSON.stringify(word)}.`)}\n\n${usage}`);
      return EXIT.wrongArguments;
    },
  };
}

function usageOf(name: string, subcommands: CommandGroup['subcommands']): string {
  const words = Object.entries(subcommands);
  const width = Math.max(SHORTEST_COLUMN, ...words.map(([word]) => word.length));
  return `Usage: npm run ops -- ${name} <subcommand> [options] [--json]

${words.map(([word, { summary }]) => `  ${word.padEnd(width)}  ${summary}\n`).join('')}
  <subcommand> --help   says more of one of them
`;
}
