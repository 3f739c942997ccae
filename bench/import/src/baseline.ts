import { withClient } from '../../kit/src/database.js';

/** What PostgreSQL alone takes, in seconds. */
export interface BaselineFigures {
  /** The file into one table without an index. */
  readonly copy: number;
  /** From there into the tables of the catalog, with their keys, checks and the history of prices: what no import can do without. */
  readonly insert: number;
}

const TABLE = `create unlogged table bench_row (course_id text, course_name text, mode text, price numeric, currency text, expires timestamptz, sku text)`;

const INSERTS = [
  `insert into course (id, name) select course_id, min(course_name) from bench_row group by course_id`,
  `insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at)
   select gen_random_uuid(), 'seat', course_name, jsonb_build_object('courseId', course_id, 'mode', mode), course_id, mode, now(), now() from bench_row`,
  `insert into sku (sku, product_id, price_minor, currency, available_until, created_at, updated_at)
   select r.sku, p.id, r.price * 100, r.currency, r.expires, now(), now() from bench_row r join product p using (course_id, mode)`,
];

/** Has PostgreSQL read the file by itself: no line is judged, and nothing is compared with what is there. */
export async function runBaseline(databaseUrl: string, file: string): Promise<BaselineFigures> {
  return withClient(databaseUrl, async (client) => {
    await client.query(TABLE);
    const copy = await timed(() => client.query(`copy bench_row from '${file.replaceAll("'", "''")}' with (format csv, header)`));
    const insert = await timed(async () => {
      await client.query('begin');
      await client.query('analyze bench_row');
      for (const statement of INSERTS) await client.query(statement);
      await client.query('commit');
    });
    return { copy, insert };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}
