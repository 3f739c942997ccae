import { aligned } from './table.js';

describe('a table', () => {
  it('has columns of one width', () => {
    expect(aligned([['a', 'long'], ['wide', 'b']])).toBe('   a  long\nwide     b');
  });
});
