import type { CourseOutcome, ImportResult, ListedImport } from '#catalog';
import { ChangeList, listText, problemLines, resultLines } from './import.text.js';

const RESULT: ImportResult = {
  rows: 3, created: 3, updated: 0, unchanged: 0, courses: { created: 1, updated: 0, unchanged: 1, leftOut: 0 }, withoutSku: 0, unpublished: 0, skipped: {}, wrong: { problems: [], unlisted: 0 },
};
const TERMS = { dryRun: false, publish: false };
const outcome = (changes: CourseOutcome['changes']): CourseOutcome => ({ courseId: 'course-v1:A+B+C', result: 'updated', changes, modes: [], problems: [] });

describe('the changes of a dry run', () => {
  it('are told field by field', () => {
    const list = new ChangeList();
    list.add(
      outcome([
        { mode: null, field: 'course', from: null, to: 'course-v1:A+B+C' },
        { mode: 'audit', field: 'mode', from: null, to: 'audit' },
        { mode: 'verified', field: 'priceMinor', from: 4_900, to: 5_900 },
        { mode: 'verified', field: 'expires', from: null, to: new Date('2027-08-01T23:59:59Z') },
        { mode: null, field: 'name', from: 'Bio', to: 'Bio\u001b[2J\nlogy' },
      ]),
    );
    expect(list.text).toBe(
      ['course-v1:A+B+C: new', 'course-v1:A+B+C audit: new', 'course-v1:A+B+C verified: priceMinor 4900 -> 5900', 'course-v1:A+B+C verified: expires none -> 2027-08-01T23:59:59Z', 'course-v1:A+B+C: name Bio -> Bio·[2J logy', ''].join('\n'),
    );
  });

  it('beyond fifty are counted', () => {
    const list = new ChangeList();
    for (let count = 0; count < 30; count += 1) list.add(outcome([{ mode: 'audit', field: 'sku', from: 'A', to: 'B' }, { mode: 'audit', field: 'currency', from: 'USD', to: 'EUR' }]));
    expect(list.text.split('\n')).toHaveLength(52);
    expect(list.text).toContain('... and 10 more changes; --json shows all.\n');
  });
});

describe('what came of an import', () => {
  it('is told in a line for each thing that is worth one', () => {
    expect(resultLines(RESULT, TERMS)).toBe('Courses: 1 created, 0 updated, 1 unchanged.\n');
    const more = { ...RESULT, courses: { ...RESULT.courses, leftOut: 2 }, withoutSku: 7, unpublished: 1, skipped: { 'modes masters': 4 } };
    expect(resultLines(more, TERMS).split('\n')).toEqual([
      'Courses: 1 created, 0 updated, 1 unchanged, 2 left out because they are wrong.',
      'Not taken: 4 modes masters.',
      '7 modes came without a SKU; each is sold under one of ours, of which the LMS must be told.',
      '1 course of this import differs from what was published to the LMS. The same command with --publish has the LMS told.',
      '',
    ]);
    expect(resultLines(RESULT, { ...TERMS, publish: true })).toContain('npm run ops -- catalog publications');
    expect(resultLines({ ...RESULT, unpublished: 2 }, { ...TERMS, dryRun: true })).toContain('2 courses of this import would then differ from');
  });
});

describe('the problems of an import', () => {
  const problems = [
    { line: 3, column: 'price', message: '"free" is no price', courseId: 'course-v1:A+B+C', mode: 'audit' },
    { line: 4, column: null, message: 'the row has 5 values', courseId: null, mode: null },
  ] as const;

  it('of a file are told by their lines', () => {
    expect(problemLines({ problems, unlisted: 40 }, 'csv')).toBe('line 3, price: "free" is no price\nline 4: the row has 5 values\n... and 40 more.\n');
  });

  it('of a source without lines are told by course and mode', () => {
    expect(problemLines({ problems, unlisted: 0 }, 'otto')).toBe('course-v1:A+B+C audit, price: "free" is no price\nrow 4: the row has 5 values\n');
  });
});

describe('the list of imports', () => {
  const at = new Date('2026-11-22T12:00:00Z');
  const listed: ListedImport = { id: 7, source: 'otto', origin: 'https://otto', actor: 'cli:me', status: 'reading', counts: null, started_at: at, updated_at: at, finished_at: null, rows: 1_200, running: false };

  it('tells which goes on, which broke off, and which is done', () => {
    const counts = { rows: 9, created: 9, updated: 0, unchanged: 0 };
    const lines = listText([{ ...listed, running: true }, listed, { ...listed, source: 'csv', origin: 'a.csv', status: 'done', counts, finished_at: at }]).split('\n');
    expect(lines[1]).toMatch(/^ +7 +otto https:\/\/otto +is being read +1200 /);
    expect(lines[2]).toMatch(/broke off 2026-11-22 12:00:00Z: the same command goes on/);
    expect(lines[3]).toMatch(/csv a\.csv +done 2026-11-22 12:00:00Z +9 /);
  });

  it('may be empty', () => {
    expect(listText([])).toBe('Nothing was imported yet.\n');
  });
});
