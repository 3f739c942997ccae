import { publicationOutlook, type OutlookFacts } from './publications.outlook.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);
const BIO = 'course-v1:AcmeX+BIO1+2026';
const facts: OutlookFacts = { courseId: BIO, status: 'waiting', publishedVersion: 2, nextAttemptAt: null, failure: null, extraModes: [] };
const failure = { kind: 'rejected', detail: 'No.', httpStatus: 400 } as const;

describe('what happens next to a publication', () => {
  it.each<[string, Partial<OutlookFacts>, string]>([
    ['published', { status: 'published' }, 'The LMS has version 2, so nobody has to act.'],
    ['published, while an old call may arrive', { status: 'published', nextAttemptAt: after(40_000) }, 'It is looked at once more 2026-11-22 12:00:40Z (in 40 s), because an older call may still arrive there.'],
    ['under way', { status: 'publishing' }, 'A worker is at it, and another one takes over if it is lost, so nobody has to act.'],
    ['to be tried again', { nextAttemptAt: after(40_000), failure: { ...failure, kind: 'server' } }, 'It is tried again by itself 2026-11-22 12:00:40Z (in 40 s), and so on until it succeeds, so nobody has to act here.'],
    ['to be tried again when our access is mended', { nextAttemptAt: after(40_000), failure: { ...failure, kind: 'configuration' } }, '(in 40 s), and so on until an operator sets our access to the LMS right: then it goes by itself.'],
    ['to be tried a few times', { nextAttemptAt: after(40_000), failure: { ...failure, httpStatus: null } }, '(in 40 s), a few times in all, before it waits for somebody.'],
    ['due', { nextAttemptAt: after(-5_000) }, 'It is due since 2026-11-22 11:59:55Z (5 s ago), and the next free worker takes it; if it stays so, an operator looks why: npm run ops -- doctor'],
    ['refused', { status: 'failed', failure }, `waits for a course team or an operator, who mends in the LMS, or in the course, what it refuses; a change of the course is a new try, and so is: npm run ops -- catalog republish ${BIO} --reason "..."`],
    ['refused because of us', { status: 'failed', failure: { ...failure, kind: 'configuration' } }, 'waits for an operator, who sets our access to the LMS right'],
  ])('that is %s', (_, change, sentence) => {
    expect(publicationOutlook({ ...facts, ...change }, NOW)).toContain(sentence);
  });

  it('names what is to be confirmed, by a command that is safe in a shell', () => {
    const extraModes = [{ mode: 'honor', price: 0, currency: 'USD' }, { mode: "a'; b", price: 5, currency: 'USD' }, { mode: 'honor', price: 0, currency: 'EUR' }];
    expect(publicationOutlook({ ...facts, status: 'confirm_required', extraModes }, NOW)).toBe(
      `It waits for an operator, who takes honor, a'; b into the catalog, or confirms that the LMS loses them: npm run ops -- catalog republish ${BIO} --remove honor --remove 'a'\\''; b' --reason "..."`,
    );
  });
});
