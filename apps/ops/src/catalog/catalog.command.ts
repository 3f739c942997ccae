import { commandGroup } from '../command/command-group.js';
import { driftCommand } from './drift.command.js';
import { importCatalogCommand } from './import.command.js';
import { publicationsCommand } from './publications.command.js';
import { republishCommand } from './republish.command.js';

/** `npm run ops -- catalog <subcommand>`. A new one is a file and a word here. */
export const catalogCommand = commandGroup({
  name: 'catalog',
  summary: 'Shows what the LMS is told of the catalog, compares the two, or fills the catalog',
  question: 'Say what to do with the catalog.',
  subcommands: { publications: publicationsCommand, republish: republishCommand, drift: driftCommand, import: importCatalogCommand },
});
