import { join } from 'node:path';
import type { PostgresServer } from '../../../apps/local/src/postgres/postgres-server.js';
import { startApi, type RunningProgram } from '../../../test/support/processes.js';
import { ForkedProgram } from '../../kit/src/forked-program.js';
import { Ground } from '../../kit/src/ground.js';
import { courseId, layCourses } from './courses.js';
import type { ReadingOptions } from './options.js';
import { Readers } from './readers.js';

export const CONTESTANTS = ['product', 'baseline'] as const;
export type Contestant = (typeof CONTESTANTS)[number];

/** An LMS that nobody asks anything here. */
const NO_LMS = 'http://127.0.0.1:9';
const LINKS = { PUBLIC_URL: 'https://buy.example.com', CHECKOUT_PAGE_URL: 'https://pay.example.com/checkout', LEGACY_CHECKOUT_URL: 'https://ecommerce.example.com/basket/add/', RECEIPT_PAGE_URL: 'https://pay.example.com/receipt?order={orderNumber}', SITE_ORIGINS: 'https://www.example.com' };

/** Everything that takes part, each a process of its own. */
export interface Cast {
  readonly databaseUrl: string;
  readonly postgres: PostgresServer;
  readonly servers: Readonly<Record<Contestant, Pick<RunningProgram, 'url' | 'pid'>>>;
  readonly readers: Readers;
  /** Of an answer of the product. */
  readonly bodyBytes: number;
}

/** Starts PostgreSQL, both servers and the readers. */
export async function setStage(ground: Ground, { courses }: ReadingOptions, env: Readonly<Record<Contestant, Readonly<Record<string, string>>>>, report: (line: string) => void): Promise<Cast> {
  report(`Writing ${courses} courses …`);
  const databaseUrl = await ground.makeDatabase('bench_purchase_options');
  await layCourses(databaseUrl, courses);
  report('Starting the API, the baseline and the readers …');
  const product = ground.closing(await startApi({ databaseUrl, lmsUrl: NO_LMS, env: { NODE_ENV: 'production', LOG_LEVEL: 'info', ...LINKS, ...env.product } }));
  const body = await sample(product.url);
  const baseline = ground.closing(await ForkedProgram.start('The baseline', join(import.meta.dirname, 'baseline.main.js'), { BODY_CHARACTERS: String(body.length), ...env.baseline }));
  const readers = ground.closing(await Readers.start());
  return { databaseUrl, postgres: ground.postgres, servers: { product, baseline }, readers, bodyBytes: Buffer.byteLength(body) };
}

async function sample(url: string): Promise<string> {
  const answer = await fetch(`${url}/v1/courses/${courseId(0)}/purchase-options`);
  const body = await answer.text();
  if (!answer.ok) throw new Error(`The product does not know its courses: ${answer.status} ${body}`);
  return body;
}
