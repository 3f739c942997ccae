import { CatalogImport, CatalogImportError } from '#catalog';
import { EXIT, defineCommand } from '../command/command.js';
import type { Surroundings } from '../command/surroundings.js';
import { withCatalog } from '../ops.context.js';
import { HELP, SYNOPSIS, readImport, type ImportArguments } from './import.arguments.js';
import { ImportProgressBar } from './import.progress.js';
import { jsonReport, textReport } from './import.report.js';
import { withSource } from './import.sources.js';
import { listText } from './import.text.js';

/** `npm run ops -- catalog import` */
export const importCatalogCommand = defineCommand({
  name: 'catalog import',
  synopsis: SYNOPSIS,
  summary: 'Imports courses from a CSV file, the LMS or an openedx/ecommerce',
  help: HELP,
  read: readImport,
  run: (read, surroundings) => ('list' in read ? listImports(read.json, surroundings) : importCatalog(read, surroundings)),
});

async function listImports(json: boolean, { env, stdout }: Surroundings): Promise<number> {
  const imports = await withCatalog(env, (app) => app.get(CatalogImport).list());
  stdout.write(json ? `${JSON.stringify(imports)}\n` : listText(imports));
  return EXIT.done;
}

async function importCatalog({ source: wanted, json, ...options }: ImportArguments, { env, stdout, stderr }: Surroundings): Promise<number> {
  const progress = new ImportProgressBar(stderr);
  const terms = { kind: wanted.kind, dryRun: options.dryRun, publish: options.publish, write: (text: string) => stdout.write(text), complain: (text: string) => stderr.write(text) };
  const report = json ? jsonReport(terms) : textReport(terms);
  try {
    const result = await withSource(wanted, env, (app, source) =>
      app.get(CatalogImport).run(source, { ...options, onProgress: (step) => progress.show(step), onCourse: (outcome) => report.onCourse(outcome) }),
    );
    progress.end();
    report.done(result);
    return EXIT.done;
  } catch (error) {
    progress.end();
    if (!(error instanceof CatalogImportError)) throw error;
    report.refused(error);
    return EXIT.failed;
  }
}
