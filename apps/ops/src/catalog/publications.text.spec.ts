import type { Publication, PublicationDetail } from '#catalog';
import { publicationText } from './publications.report.js';
import { listText } from './publications.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const before = (ms: number) => new Date(NOW.getTime() - ms);
const FIGURES = { waiting: 0, failed: 1, confirmRequired: 0, oldestWaitingSeconds: 0 };
const failed: Publication = {
  courseId: 'course-v1:AcmeX+BIO1+2026',
  status: 'failed',
  wantedVersion: 3,
  publishedVersion: null,
  publishedAt: null,
  requestedAt: before(60_000),
  requestedBy: 'cleo',
  reason: null,
  waitingSince: before(7_200_000),
  nextAttemptAt: null,
  tries: 1,
  failure: { kind: 'rejected', detail: 'id: No\n such course\u001b[2J.', httpStatus: 400 },
  extraModes: [],
  removableModes: [],
};
const toConfirm: Publication = { ...failed, status: 'confirm_required', failure: null, extraModes: [{ mode: 'honor', price: 5, currency: 'USD' }] };

describe('the list of publications', () => {
  it('says why each waits, and when it is tried next', () => {
    const waiting: Publication = { ...failed, status: 'waiting', publishedVersion: 2, nextAttemptAt: new Date(NOW.getTime() + 40_000), failure: { kind: 'server', detail: 'Down.', httpStatus: 503 } };
    const due: Publication = { ...waiting, nextAttemptAt: NOW, failure: null };
    const figures = { waiting: 2, failed: 1, confirmRequired: 1, oldestWaitingSeconds: 7_200 };
    expect(listText({ items: [failed, waiting, due, toConfirm], more: false, figures }, null, NOW).split('\n')).toEqual([
      'course                     status            wanted  published  waits since           next try  failure',
      'course-v1:AcmeX+BIO1+2026  failed                 3  -          2026-11-22 10:00:00Z  -         the LMS refused: id: No such course\u00b7[2J.',
      'course-v1:AcmeX+BIO1+2026  waiting                3  2          2026-11-22 10:00:00Z  in 40 s   the LMS had a fault of its own: Down.',
      'course-v1:AcmeX+BIO1+2026  waiting                3  2          2026-11-22 10:00:00Z  due       -',
      'course-v1:AcmeX+BIO1+2026  confirm_required       3  -          2026-11-22 10:00:00Z  -         only at the LMS: honor, for 5 USD',
      '',
      '2 waiting, the oldest for 2 h; 1 failed, 1 to be confirmed.',
      '',
    ]);
  });

  it('says that there are more', () => {
    expect(listText({ items: [failed], more: true, figures: FIGURES }, null, NOW)).toContain('\nThere are more: these are the oldest 1. Narrow them by --status.\n0 waiting; 1 failed, 0 to be confirmed.\n');
  });

  it('cuts long words', () => {
    const long = { ...failed, failure: { kind: 'rejected', detail: 'x'.repeat(500), httpStatus: 400 } } as const;
    expect(listText({ items: [long], more: false, figures: FIGURES }, null, NOW)).toMatch(/the LMS refused: x{102}\u2026\n/);
  });

  it('is short where there is nothing', () => {
    expect(listText({ items: [], more: false, figures: FIGURES }, null, NOW)).toBe('The LMS was told all that was to be published.\n');
    expect(listText({ items: [], more: false, figures: FIGURES }, 'failed', NOW)).toBe('No publication is failed.\n');
  });
});

describe('the report of one course', () => {
  const detail: PublicationDetail = { ...failed, attempts: [], requests: [] };

  it('tells its state, what happens next and whose it is, what was tried, and what operators wanted', () => {
    const attempt = { version: 3, requestedBy: 'cleo', reason: null, startedAt: before(50_000), endedAt: before(49_000), outcome: 'failed', httpStatus: 400, detail: 'id: No such course.', removedModes: [] } as const;
    const lost = { ...attempt, endedAt: null, outcome: 'unknown', httpStatus: null, detail: null, removedModes: ['honor'] } as const;
    const text = publicationText({ ...detail, reason: 'mended', attempts: [attempt, lost], requests: [{ at: before(60_000), actor: 'ann', reason: 'mended', removableModes: ['honor'] }] }, NOW);
    expect(text.split('\n')).toEqual([
      'course-v1:AcmeX+BIO1+2026: failed',
      '  wanted     version 3, by cleo 2026-11-22 11:59:00Z (60 s ago): mended',
      '  published  never',
      '  waits      since 2026-11-22 10:00:00Z (2 h ago)',
      '  failure    the LMS refused (rejected, HTTP 400): id: No such course\u00b7[2J.',
      expect.stringMatching(/^ {2}next {7}It is not tried again by itself and waits for a course team or an operator, /),
      '  attempts, newest first',
      '    2026-11-22 11:59:10Z  failed, HTTP 400, 1000 ms, version 3, asked by cleo: id: No such course.',
      '    2026-11-22 11:59:10Z  unknown, version 3, asked by cleo; the LMS may have lost honor',
      '  asked for by operators, newest first',
      '    2026-11-22 11:59:00Z  by ann, who confirms that the LMS loses honor: mended',
      '',
    ]);
  });

  it('names the difference that waits for a confirmation, and what is confirmed', () => {
    const text = publicationText({ ...detail, ...toConfirm, removableModes: ['credit'], publishedVersion: 2, publishedAt: before(7_200_000) }, NOW);
    expect(text).toContain('  published  version 2, 2026-11-22 10:00:00Z (2 h ago)\n');
    expect(text).toContain('  to confirm honor, for 5 USD: only at the LMS, and a publication removes it\n  confirmed  the LMS may lose credit\n');
    expect(text).toContain('  No attempt was made.\n');
  });
});
