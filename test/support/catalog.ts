import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { CatalogImport, CatalogImportError, type ImportOptions, type ImportResult } from '#catalog';
import { loadOpsConfig } from '#config';
import { closeContext } from '../../apps/ops/src/ops.context.js';
import { OpsModule } from '../../apps/ops/src/ops.module.js';
import { createTestDatabase } from './postgres.js';

/** The catalog as commands have it, with the fulfillers' own word on details, on a database of its own. */
export interface TestCatalog {
  readonly databaseUrl: string;
  readonly app: INestApplicationContext;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Imports rows under a header. */
  importRows(header: string, rows: readonly string[], options?: ImportOptions): Promise<ImportResult>;
  /** What is wrong with them, as `line column message`. */
  problemsOf(header: string, rows: readonly string[], options?: ImportOptions): Promise<string[]>;
  /** Forgets every course, and all that imports have left. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function openCatalog(): Promise<TestCatalog> {
  const database = await createTestDatabase();
  const app = await NestFactory.createApplicationContext(await OpsModule.forRoot(loadOpsConfig({ DATABASE_URL: database.url })), { logger: false, abortOnError: false });
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on('error', () => undefined);
  const importRows: TestCatalog['importRows'] = (header, rows, options = {}) => app.get(CatalogImport).importCsv(bytesOf([header, ...rows, '']), options);
  const catalog: TestCatalog = {
    databaseUrl: database.url,
    app,
    sql: async (text, values = []) => (await pool.query(text, values)).rows as never,
    importRows,
    problemsOf: async (header, rows, options) => {
      const outcome: unknown = await importRows(header, rows, options).catch((thrown: unknown) => thrown);
      if (!(outcome instanceof CatalogImportError)) throw outcome instanceof Error ? outcome : new Error('It was imported.');
      return outcome.problems.map(({ line, column, message }) => `${line} ${column ?? '-'} ${message}`);
    },
    empty: async () => void (await catalog.sql('truncate course, product, sku, catalog_import, catalog_import_place, catalog_import_row, catalog_import_problem cascade')),
    close: async () => {
      await closeContext(app);
      await pool.end();
      await database.drop();
    },
  };
  return catalog;
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(lines.join('\n')));
}
