import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext } from '@nestjs/common';
import { CsvSource, LmsSource, OttoClient, OttoSource, type ImportSource, type OttoTokens } from '#catalog';
import { loadLmsOpsConfig, type Environment } from '#config';
import { CommerceClient, LmsCredentialsMissingError, LmsTokens, type Token } from '#lms';
import { CommandError } from '../command-failure.js';
import { withCatalog, withLmsCatalog } from '../ops.context.js';
import type { WantedSource } from './import.arguments.js';

type Work<Result> = (app: INestApplicationContext, source: ImportSource) => Promise<Result>;

/** Runs `work` with the catalog and the source at hand, and closes both after it. */
export function withSource<Result>(wanted: WantedSource, env: Environment, work: Work<Result>): Promise<Result> {
  // Reading and writing leave much garbage and keep little. Otherwise V8 lets all of it lie until there is twice as much memory in use.
  setFlagsFromString('--optimize-for-size');
  if (wanted.kind === 'csv') return withFile(wanted.file, env, work);
  const { lms } = loadLmsOpsConfig(env);
  return withLmsCatalog(env, (app, lmsTimeoutMs) => {
    if (wanted.kind === 'lms') return work(app, new LmsSource(app.get(CommerceClient), lms.url));
    const { url, pageSize, partnerId } = wanted;
    return work(app, new OttoSource(new OttoClient({ url, pageSize, tokens: tokensOf(app, lmsTimeoutMs) }), { url, partnerId }));
  });
}

async function withFile<Result>(file: string, env: Environment, work: Work<Result>): Promise<Result> {
  // npm runs commands in the project's folder; a name is seen from where the caller stands.
  const path = resolve(env['INIT_CWD'] ?? '.', file);
  const stats = await statOf(path);
  if (stats.isDirectory()) throw new CommandError(`${file} is a directory: name a CSV file.`);
  return withCatalog(env, async (app) => {
    const bytes = createReadStream(path);
    try {
      return await work(app, new CsvSource(bytes, { origin: path, bytes: stats.size }));
    } finally {
      bytes.destroy();
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

/** Otto takes the tokens of its LMS. */
function tokensOf(app: INestApplicationContext, timeoutMs: number): OttoTokens {
  const tokens = app.get(LmsTokens);
  let shown: Token | null = null;
  return {
    take: async () => {
      shown = await tokens.take({ timeoutMs, signal: new AbortController().signal });
      if (shown === null) throw new LmsCredentialsMissingError('Reading Otto');
      return shown.value;
    },
    drop: () => {
      if (shown) tokens.drop(shown);
    },
  };
}
