import { CatalogImportError, type RowProblem } from './row-problems.js';

const problem: RowProblem = { line: 3, column: 'sku', message: 'is empty', courseId: null, mode: null };

describe('a refused import', () => {
  it.each([
    [1, 0, 'Nothing was imported: the file has one problem.'],
    [2, 0, 'Nothing was imported: the file has 2 problems.'],
    [1_000, 1_510, 'Nothing was imported: the file has 2510 problems.'],
  ])('with %i problems listed and %i more says: %s', (listed, unlisted, message) => {
    expect(new CatalogImportError({ problems: Array.from({ length: listed }, () => problem), unlisted }, 'the file')).toMatchObject({ message, unlisted });
  });
});
