import type { DriftSummary, DriftingCourse } from '#catalog';
import { jsonReport, textReport, type DriftOutcome, type DriftReport } from './drift.text.js';

const ID = 'course-v1:AcmeX+BIO1+2026';
const drifting: DriftingCourse = {
  id: ID,
  publication: 'confirm_required',
  differences: [
    { kind: 'field', mode: 'verified', field: 'price', ours: 49, atLms: 59 },
    { kind: 'field', mode: null, field: 'verificationDeadline', ours: null, atLms: '2026-08-15T00:00:00Z' },
    { kind: 'missing_at_lms', mode: 'audit' },
    { kind: 'only_at_lms', mode: 'honor', price: 5, currency: 'USD' },
  ],
};
const nothing: DriftSummary = { compared: 4, drifting: 0, changedMeanwhile: 0, onlyAtLms: 0, onlyAtLmsIds: [], unreadable: 0, unreadableCourses: [] };

function written(report: (write: (text: string) => unknown) => DriftReport, courses: readonly DriftingCourse[], outcome: DriftOutcome): string {
  let out = '';
  const into = report((text) => (out += text));
  courses.forEach((course) => into.add(course));
  into.end(outcome);
  return out;
}

describe('the text of a drift', () => {
  it('names every difference, and what to do', () => {
    expect(written(textReport, [drifting], { summary: { ...nothing, drifting: 1 }, repair: null })).toBe(`${ID}, publication confirm required
  verified: price is 49 here and 59 at the LMS
  verificationDeadline is none here and 2026-08-15T00:00:00Z at the LMS
  audit: missing at the LMS
  honor: only at the LMS, for 5 USD; a publication removes it when that is confirmed
4 courses compared: 1 drifting.
Say --repair to have them published again: the LMS then gets what the catalog has.
`);
  });

  it('is short where there is nothing', () => {
    expect(written(textReport, [], { summary: { ...nothing, compared: 1 }, repair: { requested: 0, toConfirm: 0 } })).toBe('1 course compared: no drift.\n');
  });

  it('says what could not be judged, what is not ours, and what a repair leaves to a person', () => {
    const summary = { ...nothing, drifting: 3, changedMeanwhile: 1, onlyAtLms: 21, onlyAtLmsIds: ['a', 'b'], unreadable: 1, unreadableCourses: [{ id: null, detail: 'modes.0.price: no' }] };
    expect(written(textReport, [], { summary, repair: { requested: 3, toConfirm: 1 } })).toBe(`4 courses compared: 3 drifting.
1 course changed while this ran: the next run tells.
21 courses only at the LMS: a, b, and 19 more
1 course of the LMS cannot be read, and was not compared:
  without an id: modes.0.price: no
3 courses will be published again by the worker; "npm run ops -- catalog publications" tells what comes of it.
1 course with modes that only the LMS has: nothing of it is published until somebody confirms that they go: npm run ops -- catalog republish <course> --remove <mode> --reason "...".
`);
  });

  it('shows no control character of the LMS', () => {
    const odd: DriftingCourse = { id: ID, publication: null, differences: [{ kind: 'field', mode: 'verified', field: 'sku', ours: 'A1', atLms: '\u001b[2J\nA2' }] };
    const out = written(textReport, [odd], { summary: { ...nothing, onlyAtLms: 1, onlyAtLmsIds: ['\u001b[2J'] }, repair: null });
    expect(out).toContain('sku is A1 here and \u00b7[2J A2 at the LMS\n');
    expect(out).not.toContain('\u001b');
  });
});

describe('the JSON of a drift', () => {
  it.each([0, 1, 2])('is one line, with %i courses', (count) => {
    const courses = Array.from({ length: count }, () => drifting);
    const out = written(jsonReport, courses, { summary: nothing, repair: null });
    expect(out).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(out)).toEqual({ courses: courses.map((course) => ({ ...course, needsConfirmation: true })), ...nothing, repair: null });
  });
});
