import type { Statement } from '#orders';

/** The first id of all pages: no UUIDv7 comes after it. */
const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A table that is listed by its ids, which are UUIDv7, and the condition of each filter: `?` is its value. */
export interface Listed<Filter> {
  /** Of its prepared statements, which go on by the filters that are asked for. */
  readonly name: string;
  readonly table: string;
  readonly columns: string;
  readonly conditions: readonly { readonly key: keyof Filter & string; readonly sql: string }[];
}

/** One page of it: `limit` at most, after the row `afterId`; null for the first one. */
export interface PageOf<Filter> {
  readonly filter: Filter;
  readonly limit: number;
  readonly afterId: string | null;
}

/** Reads one row more than the page has, to tell whether another follows. Only what is asked for stands in the statement, so that each combination is planned for what it is. */
export function newestFirst<Filter>({ name, table, columns, conditions }: Listed<Filter>, { filter, limit, afterId }: PageOf<Filter>): { readonly statement: Statement; readonly values: readonly unknown[] } {
  const asked = conditions.filter(({ key }) => filter[key] !== undefined);
  const where = asked.map(({ sql }, index) => ` and ${sql.replace('?', `$${index + 3}`)}`).join('');
  return {
    statement: { name: [name, ...asked.map(({ key }) => key)].join('.'), text: `select ${columns} from ${table} where id < $2${where} order by id desc limit $1` },
    values: [limit + 1, afterId ?? AFTER_ALL_IDS, ...asked.map(({ key }) => filter[key])],
  };
}

/** The rows of the page, and the id that the next one begins after; null at the end. */
export function pageOf<Row extends { readonly id: string }>(rows: readonly Row[], limit: number): { readonly rows: readonly Row[]; readonly nextAfterId: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextAfterId: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
