const REQUIRED = ['course_id', 'course_name', 'mode', 'price', 'currency', 'expires', 'sku'] as const;
const OPTIONAL = ['starts', 'bulk_sku', 'credit_provider', 'verification_deadline', 'partner', 'android_sku', 'ios_sku'] as const;
const ALL = [...REQUIRED, ...OPTIONAL] as const;

export type Column = (typeof ALL)[number];

/** Where each column stands in a row. */
export type Positions = ReadonlyMap<Column, number>;

/** The cells of one row, without the blanks around them. A cell that is not there is not told; an empty one says that there is nothing. */
export type Cells = Readonly<Partial<Record<Column, string>>>;

/** Reads the header row. Answers every mistake in it, or the columns' positions. */
export function readHeader(names: readonly string[]): { positions: Positions; mistakes: readonly string[] } {
  const positions = new Map<Column, number>();
  const mistakes: string[] = [];
  for (const [position, name] of names.entries()) {
    if (!isColumn(name)) mistakes.push(`${JSON.stringify(name)} is no column of this file; columns are ${ALL.join(',')}, separated by commas`);
    else if (positions.has(name)) mistakes.push(`the column ${name} stands twice`);
    else positions.set(name, position);
  }
  for (const name of REQUIRED) if (!positions.has(name)) mistakes.push(`the column ${name} is missing`);
  return { positions, mistakes };
}

/** Names the values of a row. */
export function nameCells(values: readonly string[], positions: Positions): Cells {
  return Object.fromEntries([...positions].map(([column, position]) => [column, values[position] ?? '']));
}

function isColumn(name: string): name is Column {
  return ALL.some((column) => column === name);
}
