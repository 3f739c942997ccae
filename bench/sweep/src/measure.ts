import type pg from 'pg';
import { median } from '../../kit/src/statistics.js';
import type { Question } from './questions.js';

export const SIZES = ['few', 'many'] as const;
export type Size = (typeof SIZES)[number];
export type Clients = Readonly<Record<Size, pg.Client>>;

/** What one statement takes over few and over many orders. */
export interface Figures {
  readonly question: Question;
  /** Medians of the rounds' medians. */
  readonly ms: Readonly<Record<Size, number>>;
  /** Many divided by few, round by round. */
  readonly ratios: readonly number[];
}

const QUESTIONS_A_ROUND = 50;
/** After five uses PostgreSQL decides whether to plan a prepared statement once for all. */
const UNCOUNTED = 10;

/** Asks both databases in turns, so that whatever else the machine does meets both. */
export async function measure(clients: Clients, question: Question, rounds: number): Promise<Figures> {
  const medians: Record<Size, number[]> = { few: [], many: [] };
  for (const size of SIZES) await ask(clients[size], question, UNCOUNTED);
  for (let round = 0; round < rounds; round += 1) {
    for (const size of round % 2 === 0 ? SIZES : SIZES.toReversed()) medians[size].push(median(await ask(clients[size], question, QUESTIONS_A_ROUND)));
  }
  return { question, ms: { few: median(medians.few), many: median(medians.many) }, ratios: medians.many.map((ms, round) => ms / (medians.few[round] ?? NaN)) };
}

/** The times from the question to the last row, in ms. */
async function ask(client: pg.Client, { text, values, preparedAs }: Question, times: number): Promise<number[]> {
  const taken: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const startedAtMs = performance.now();
    await client.query({ text, values: [...values], ...(preparedAs === null ? {} : { name: preparedAs }) });
    taken.push(performance.now() - startedAtMs);
  }
  return taken;
}

/** How PostgreSQL runs it, as it does for the product: the plan of the prepared statement where there is one. Call it after `measure`. */
export async function planOf(client: pg.Client, { text, values, preparedAs }: Question): Promise<string> {
  const { rows } = preparedAs === null || values.length === 0
    ? await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, [...values])
    : await client.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) execute ${preparedAs} (${values.map(literal).join(', ')})`);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

function literal(value: unknown): string {
  return Array.isArray(value) ? `'{}'` : String(value);
}
