import { CatalogImportError, RowProblems } from './row-problems.js';

function refusal(problems: RowProblems): CatalogImportError {
  try {
    problems.refuse();
  } catch (error) {
    if (error instanceof CatalogImportError) return error;
  }
  throw new Error('It was not refused.');
}

describe('the problems of a file', () => {
  it('let a file without any pass', () => {
    expect(() => new RowProblems().refuse()).not.toThrow();
  });

  it('are listed by line, in whichever order they were found', () => {
    const problems = new RowProblems();
    for (const line of [7, 3, 5]) problems.add({ line, column: 'sku', message: 'is empty' });
    expect(refusal(problems).problems.map(({ line }) => line)).toEqual([3, 5, 7]);
  });

  it('beyond a thousand are only counted', () => {
    const problems = new RowProblems();
    for (let line = 2; line < 2_502; line += 1) problems.add({ line, column: null, message: 'wrong' });
    problems.addUnlisted(10);
    const { problems: listed, unlisted, message } = refusal(problems);
    expect(listed).toHaveLength(1_000);
    expect(unlisted).toBe(1_510);
    expect(message).toBe('Nothing was imported: the file has 2510 problems.');
  });
});
