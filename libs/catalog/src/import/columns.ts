const REQUIRED = ['course_id', 'course_name', 'mode', 'price', 'currency', 'expires', 'sku'] as const;
const OPTIONAL = ['starts'] as const;
const ALL = [...REQUIRED, ...OPTIONAL] as const;

export type Column = (typeof ALL)[number];

/** Where each column stands in a row; `starts` may be missing. */
export type Positions = ReadonlyMap<Column, number>;

/** The cells of one row, without the blanks around them; a missing `starts` is empty. */
export type Cells = Readonly<Record<Column, string>>;

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
  const cell = (column: Column): string => values[positions.get(column) ?? values.length] ?? '';
  return {
    course_id: cell('course_id'),
    course_name: cell('course_name'),
    mode: cell('mode'),
    price: cell('price'),
    currency: cell('currency'),
    expires: cell('expires'),
    sku: cell('sku'),
    starts: cell('starts'),
  };
}

function isColumn(name: string): name is Column {
  return ALL.some((column) => column === name);
}
