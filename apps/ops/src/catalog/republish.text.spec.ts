import type { Publication } from '#catalog';
import { previewText, requestLine, resultText, seeAgain, type RepublishProgress } from './republish.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const NONE: RepublishProgress = { waiting: 0, running: 0, published: 0, failed: 0, toConfirm: 0 };
const BIO = 'course-v1:AcmeX+BIO1+2026';
const failed: Publication = {
  courseId: BIO, status: 'failed', wantedVersion: 3, publishedVersion: 2, publishedAt: NOW, requestedAt: NOW, requestedBy: 'ann', reason: 'x', waitingSince: NOW, nextAttemptAt: null, tries: 1,
  failure: { kind: 'rejected', detail: 'No.', httpStatus: 400 }, extraModes: [], removableModes: [],
};

describe('what a republication would ask for', () => {
  it('is each course as it stands', () => {
    expect(previewText([{ courseId: BIO, publication: failed }, { courseId: 'A/B/C', publication: null }], []).split('\n')).toEqual([
      'Would ask for 2 courses to be published. Nothing was written.',
      '',
      'course                     status           published  failure',
      'course-v1:AcmeX+BIO1+2026  failed           2          the LMS refused: No.',
      'A/B/C                      never published  -          -',
      '',
    ]);
  });

  it('says what the LMS might lose, how many are not shown, and that there is nothing', () => {
    expect(previewText([{ courseId: BIO, publication: failed }], ['honor'])).toContain('Would ask for 1 course to be published. The LMS might lose honor. Nothing was written.\n');
    expect(previewText(Array.from({ length: 103 }, () => ({ courseId: BIO, publication: null })), [])).toMatch(/\nand 3 more\n$/);
    expect(previewText([], [])).toBe('Would ask for 0 courses to be published. Nothing was written.\n');
  });
});

describe('a republication', () => {
  it('says what was asked for, and where to look', () => {
    expect(requestLine(2, { actor: 'ann', reason: 'mended\u001b[2J' })).toBe('Asked for 2 courses to be published, by ann: mended\u00b7[2J\n');
    expect(seeAgain([BIO])).toBe(`A worker publishes it at its next sweep. See: npm run ops -- catalog publications ${BIO}\n`);
    expect(seeAgain([BIO, 'A/B/C'])).toBe('A worker publishes them at its next sweep. See: npm run ops -- catalog publications\n');
  });

  it('is summed up, with what is left', () => {
    const published = { ...failed, courseId: 'A/B/C', status: 'published' } as const;
    expect(resultText({ ...NONE, published: 1 }, [published], NOW)).toBe('  1 published\n');
    const text = resultText({ ...NONE, published: 1, failed: 1 }, [failed, published], NOW);
    expect(text).toMatch(/^ {2}1 published\n {2}1 failed: they wait for a course team or an operator\n\ncourse .*\ncourse-v1:AcmeX\+BIO1\+2026 +failed .*No\.\nWhat to do about one: npm run ops -- catalog publications <course>\n$/);
    expect(text).not.toContain('A/B/C');
  });

  it('says what to do about a single course', () => {
    expect(resultText({ ...NONE, failed: 1 }, [failed], NOW)).toContain('\nIt is not tried again by itself and waits for ');
  });
});
