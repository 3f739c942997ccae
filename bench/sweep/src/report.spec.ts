import { table } from './report.js';

describe('the table', () => {
  it('shows what many orders cost beside few, and the ratio with its spread', () => {
    const question = { name: 'what is due', text: '', values: [], preparedAs: null };
    const [headings, row] = table([{ question, ms: { few: 1, many: 1.25 }, ratios: [1.1, 1.3, 1.25] }], { fewOrders: 10, manyOrders: 100 }).split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(headings).toEqual(['statement', '10 orders ms', '100 orders ms', 'ratio', 'of rounds']);
    expect(row).toEqual(['what is due', '1.00', '1.25', '1.25', '1.10-1.30']);
  });
});
