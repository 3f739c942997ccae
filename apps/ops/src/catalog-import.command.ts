import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CatalogImport, CatalogImportError, type ImportResult } from '#catalog';
import type { Environment } from '#config';
import type { Surroundings } from './command/surroundings.js';
import { CommandError, describeFailure } from './command-failure.js';
import { USAGE, readArguments, type ImportArguments } from './import-arguments.js';
import { jsonReport, refusal, summary } from './import-report.js';
import { withCatalog } from './ops.context.js';
import { Progress, type ProgressOutput } from './progress.js';

/** `npm run catalog:import`. Answers the exit code. */
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
    const result = await importFile(read.arguments, env, stderr);
    stdout.write(json ? jsonReport({ dryRun, ...result }) : summary(result, dryRun));
    return 0;
  } catch (error) {
    if (!(error instanceof CatalogImportError)) stderr.write(`${describeFailure(error)}\n`);
    else if (json) stdout.write(jsonReport({ dryRun, problems: error.problems, unlisted: error.unlisted }));
    else stderr.write(refusal(error));
    return 1;
  }
}

async function importFile({ file, dryRun, json }: ImportArguments, env: Environment, stderr: ProgressOutput): Promise<ImportResult> {
  // npm runs commands in the project's folder; a name is seen from where the caller stands.
  const path = resolve(env['INIT_CWD'] ?? '.', file);
  const stats = await statOf(path);
  if (stats.isDirectory()) throw new CommandError(`${file} is a directory: name a CSV file.`);
  const progress = new Progress(json ? { write: () => undefined } : stderr);
  return withCatalog(env, async (app) => {
    const bytes = createReadStream(path);
    try {
      const onProgress = ({ rows }: { rows: number }): void => progress.update(rows, stats.size === 0 ? 0 : bytes.bytesRead / stats.size);
      return await app.get(CatalogImport).importCsv(bytes, { dryRun, onProgress });
    } finally {
      bytes.destroy();
      progress.end();
    }
  });
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new CommandError(`There is no file ${path}.`);
    throw error;
  }
}
