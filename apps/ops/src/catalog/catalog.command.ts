import { EXIT, asksForHelp, type Command } from '../command/command.js';
import { printable } from '../command/printable.js';
import { driftCommand } from './drift.command.js';
import { importCatalogCommand } from './import.command.js';
import { publicationsCommand } from './publications.command.js';
import { republishCommand } from './republish.command.js';

/** By the word that follows `catalog`. A new one is a file and a row here. */
const SUBCOMMANDS: Readonly<Record<string, Command>> = { publications: publicationsCommand, republish: republishCommand, drift: driftCommand, import: importCatalogCommand };

const USAGE = `Usage: npm run ops -- catalog <subcommand> [options] [--json]

${Object.entries(SUBCOMMANDS)
  .map(([word, { summary }]) => `  ${word.padEnd(12)}  ${summary}\n`)
  .join('')}
  <subcommand> --help   says more of one of them
`;

/** `npm run ops -- catalog <subcommand>` */
export const catalogCommand: Command = {
  name: 'catalog',
  synopsis: '<subcommand>',
  summary: 'Shows what the LMS is told of the catalog, compares the two, or fills the catalog',
  execute: async ({ argv, ...surroundings }) => {
    const [word, ...rest] = argv;
    const subcommand = word !== undefined && Object.hasOwn(SUBCOMMANDS, word) ? SUBCOMMANDS[word] : undefined;
    if (subcommand) return subcommand.execute({ ...surroundings, argv: rest });
    if (asksForHelp(argv)) {
      surroundings.stdout.write(USAGE);
      return EXIT.done;
    }
    surroundings.stderr.write(`${word === undefined ? 'Say what to do with the catalog.' : printable(`There is no subcommand ${JSON.stringify(word)}.`)}\n\n${USAGE}`);
    return EXIT.wrongArguments;
  },
};
