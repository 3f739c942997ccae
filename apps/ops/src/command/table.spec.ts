import { table, type Column } from './table.js';

interface Fruit {
  readonly name: string | null;
  readonly count: number;
}
const COLUMNS: readonly Column<Fruit>[] = [
  { title: 'name', cell: ({ name }) => name },
  { title: 'count', cell: ({ count }) => count },
];

describe('a table', () => {
  it('has titles, texts to the left and numbers to the right', () => {
    const rows = [{ name: 'apple', count: 7 }, { name: 'fig', count: 1200 }];
    expect(table(COLUMNS, rows)).toBe('name   count\napple      7\nfig     1200\n');
  });

  it('keeps each row on its line, whatever stands in it, and shows nothing as a dash', () => {
    const rows = [{ name: 'a\nb\u001b[2J\u202e', count: 1 }, { name: null, count: 2 }, { name: '', count: 3 }];
    expect(table(COLUMNS, rows).split('\n').slice(1)).toEqual(['a b\u00b7[2J\u00b7      1', '-             2', '-             3', '']);
  });
});
