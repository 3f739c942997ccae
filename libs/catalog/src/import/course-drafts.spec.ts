import { expect } from '@jest/globals';
import { cellProblem, stagedCourses } from './course-drafts.js';
import type { StagedRow } from './import-staging.statements.js';

const ROW: StagedRow = {
  line: 2,
  course_id: 'course-v1:A+B+C',
  mode: 'verified',
  course_name: 'Bio',
  partner: null,
  deadline_told: false,
  verification_deadline: null,
  draft: { priceMinor: 4_900, currency: 'USD', expires: '2027-08-01T23:59:59.000Z', androidSku: null },
  known_name: null,
  known_provider: null,
};
const only = (rows: readonly Partial<StagedRow>[], defaults = {}) => stagedCourses(rows.map((row) => ({ ...ROW, ...row })), defaults)[0];

describe('the draft of a course', () => {
  it('has a mode for each of its rows; what they do not tell is left out', () => {
    const courses = stagedCourses([ROW, { ...ROW, line: 3, mode: 'audit' }, { ...ROW, line: 4, course_id: 'course-v1:D+E+F' }], {});
    expect(courses.map(({ draft, lines }) => [draft.id, draft.modes.map(({ mode }) => mode), lines])).toEqual([
      ['course-v1:A+B+C', ['verified', 'audit'], [2, 3]],
      ['course-v1:D+E+F', ['verified'], [4]],
    ]);
    expect(courses[0]?.draft).toMatchObject({ partner: undefined, verificationDeadline: undefined });
    expect(courses[0]?.draft.modes[0]).toEqual({ mode: 'verified', priceMinor: 4_900, currency: 'USD', expires: new Date('2027-08-01T23:59:59Z'), androidSku: null, creditProvider: undefined });
  });

  it('has what any of its rows tells of the course, and the name that it is known by otherwise', () => {
    const deadline = new Date('2027-09-01T00:00:00Z');
    expect(only([{ deadline_told: true, partner: null }, { deadline_told: true, verification_deadline: deadline, partner: 'edx' }])?.draft).toMatchObject({ verificationDeadline: deadline, partner: 'edx' });
    expect(only([{ deadline_told: true }])?.draft.verificationDeadline).toBeNull();
    expect(only([{ course_name: null, known_name: 'Biology' }])?.draft.name).toBe('Biology');
    expect(only([{ course_name: null }])?.draft.name).toBe('course-v1:A+B+C');
  });

  it('takes the partner and the credit provider by default, the latter for a new credit mode alone', () => {
    const defaults = { partner: 'edx', creditProvider: 'hogwarts' };
    expect(only([{ partner: 'acme' }], defaults)?.draft.partner).toBe('acme');
    expect(only([{}], defaults)?.draft).toMatchObject({ partner: 'edx', modes: [{ creditProvider: undefined }] });
    expect(only([{ mode: 'credit' }], defaults)?.draft.modes[0]?.creditProvider).toBe('hogwarts');
    expect(only([{ mode: 'credit', known_provider: 'asu' }], defaults)?.draft.modes[0]?.creditProvider).toBeUndefined();
  });
});

describe('a problem of a draft', () => {
  const course = { draft: { id: 'course-v1:A+B+C', name: 'Bio', modes: [] }, lines: [7, 9] };

  it.each([
    ['/modes/1/priceMinor', 9, 'price'],
    ['/modes/1/availableFrom', 9, 'starts'],
    ['/modes/0/creditProvider', 7, 'credit_provider'],
    ['/modes/1', 9, 'mode'],
    ['/id', 7, 'course_id'],
    ['/verificationDeadline', 7, 'verification_deadline'],
    ['/modes', 7, null],
    [undefined, 7, null],
  ])('at %s stands in line %i, column %s', (pointer, line, column) => {
    expect(cellProblem({ ...(pointer !== undefined && { pointer }), detail: 'is wrong' }, course)).toEqual({ line, column, message: 'is wrong' });
  });
});
