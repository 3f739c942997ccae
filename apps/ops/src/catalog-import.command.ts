import { CatalogImport, CatalogImportError, type ImportResult } from '#catalog';
import type { Environment } from '#config';
import { ImportProgressBar } from './catalog/import.progress.js';
import { withSource } from './catalog/import.sources.js';
import { problemLines } from './catalog/import.text.js';
import { login } from './command/login.js';
import type { Surroundings } from './command/surroundings.js';
import { describeFailure } from './command-failure.js';
import { USAGE, readArguments, type ImportArguments } from './import-arguments.js';
import { jsonReport, summary } from './import-report.js';
import type { ProgressOutput } from './progress.js';

/** `npm run catalog:import`: the short form of `npm run ops -- catalog import csv`. Answers the exit code. */
export async function importCommand({ argv, env, stdout, stderr }: Surroundings): Promise<number> {
  const read = readArguments(argv);
  if ('help' in read) {
    stdout.write(USAGE);
    return 0;
  }
  if ('mistake' in read) {
    stderr.write(`${read.mistake}\n\n${USAGE}`);
    return 2;
  }
  const { dryRun, json } = read.arguments;
  try {
    const { rows, created, updated, unchanged } = await importFile(read.arguments, env, stderr);
    const counts = { rows, created, updated, unchanged };
    stdout.write(json ? jsonReport({ dryRun, ...counts }) : summary(counts, dryRun));
    return 0;
  } catch (error) {
    if (!(error instanceof CatalogImportError)) stderr.write(`${describeFailure(error)}\n`);
    else if (json) stdout.write(jsonReport({ dryRun, problems: error.problems, unlisted: error.unlisted }));
    else stderr.write(`${problemLines(error, 'csv')}${error.message}\n`);
    return 1;
  }
}

async function importFile({ file, dryRun, json }: ImportArguments, env: Environment, stderr: ProgressOutput): Promise<ImportResult> {
  const progress = new ImportProgressBar(json ? { write: () => undefined } : stderr);
  try {
    return await withSource({ kind: 'csv', file }, env, (app, source) => app.get(CatalogImport).run(source, { dryRun, actor: `cli:${login()}`, onProgress: (step) => progress.show(step) }));
  } finally {
    progress.end();
  }
}
