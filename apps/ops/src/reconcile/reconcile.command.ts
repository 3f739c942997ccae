import { EXIT, asksForHelp, type Command } from '../command/command.js';
import { printable } from '../command/printable.js';
import { reconcilePaymentsCommand } from './payments.command.js';

/** By the word that follows `reconcile`. A new one is a file and a row here. */
const SUBCOMMANDS: Readonly<Record<string, Command>> = { payments: reconcilePaymentsCommand };

const USAGE = `Usage: npm run ops -- reconcile <subcommand> [options] [--json]

${Object.entries(SUBCOMMANDS)
  .map(([word, { summary }]) => `  ${word.padEnd(10)}  ${summary}\n`)
  .join('')}
  <subcommand> --help   says more of one of them
`;

/** `npm run ops -- reconcile <subcommand>` */
export const reconcileCommand: Command = {
  name: 'reconcile',
  synopsis: '<subcommand>',
  summary: 'Compares our payments with what the gateways took and gave back, and repairs what is no doubt',
  execute: async ({ argv, ...surroundings }) => {
    const [word, ...rest] = argv;
    const subcommand = word !== undefined && Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined;
    if (subcommand) return subcommand.execute({ ...surroundings, argv: rest });
    if (asksForHelp(argv)) {
      surroundings.stdout.write(USAGE);
      return EXIT.done;
    }
    surroundings.stderr.write(`${word === undefined ? 'Say what to reconcile.' : printable(`There is no subcommand ${JSON.stringify(word)}.`)}\n\n${USAGE}`);
    return EXIT.wrongArguments;
  },
};
