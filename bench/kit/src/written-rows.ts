import pg from 'pg';

/** Rows of each table, by its name. */
export type RowCounts = Readonly<Record<string, number>>;

/** Rows an order: fewer are not written for an order. */
const ONCE = 0.01;

/** Counts the rows of every table of a database. */
export async function countRows(databaseUrl: string): Promise<RowCounts> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ table_name: string }>(`select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`);
    const counts: Record<string, number> = {};
    for (const { table_name: table } of tables.rows) {
      const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${pg.escapeIdentifier(table)}`);
      counts[table] = Number(rows[0]?.rows);
    }
    return counts;
  } finally {
    await client.end();
  }
}

/**
 * Sentences about tables into which the product writes another number of rows an order than the baseline: while there
 * is one, the ratio compares two different things. What both hold alike, such as the catalog, does not count, nor does
 * what the product keeps once, such as the state of the LMS's breaker.
 */
export function differencesPerOrder(product: RowCounts, baseline: RowCounts): string[] {
  return Object.keys(product).flatMap((table) => {
    const [ours, theirs] = [product[table] ?? 0, baseline[table] ?? 0];
    const [perOrder, theirsPerOrder] = [ours / (product['orders'] ?? NaN), theirs / (baseline['orders'] ?? NaN)];
    if (ours === theirs || Math.abs(perOrder - theirsPerOrder) < ONCE) return [];
    return [`The product writes ${perOrder.toFixed(2)} rows an order into "${table}", the baseline ${theirsPerOrder.toFixed(2)}: bring baseline.statements.ts up to date.`];
  });
}
