import { isSku, newSku } from './sku.js';

describe('a SKU', () => {
  it.each(['8CF08E5', 'DONATE5', 'a.b_c-d', 'x'.repeat(64)])('may be %s', (text) => {
    expect(isSku(text)).toBe(true);
  });

  it.each(['', 'x'.repeat(65), 'A B', 'A\0', 'A\n', "A'; drop table sku; --", '../A', 'Å1'])('may not be %j', (text) => {
    expect(isSku(text)).toBe(false);
  });

  it('that is made up has the form of one, and is not made up twice', () => {
    const made = Array.from({ length: 10_000 }, newSku);
    expect(made.every(isSku)).toBe(true);
    expect(new Set(made).size).toBe(made.length);
  });
});
