import { summary } from './import-report.js';

describe('the report of an import', () => {
  it('says on one line what was done, or what would have been', () => {
    const result = { rows: 6, created: 3, updated: 2, unchanged: 1 };
    expect(summary(result, false)).toBe('Imported 6 rows: 3 created, 2 updated, 1 unchanged.\n');
    expect(summary(result, true)).toBe('Would import 6 rows: 3 created, 2 updated, 1 unchanged. Nothing was written.\n');
    expect(summary({ rows: 1, created: 0, updated: 0, unchanged: 1 }, false)).toContain('1 row:');
  });
});
