import { boardText } from './failures.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const COUNTS = { count: 12, waiting: 10, failed: 2, held: 1, givenUp: 0, oldestPaidAt: new Date('2026-11-22T09:00:00Z') };
const GROUP = { ...COUNTS, failureKind: 'server', productType: 'seat', courseId: 'course-v1:AcmeX+BIO1+2026', age: 'under_1d' } as const;

describe('the failures board', () => {
  it('is a table with its totals, and what is being worked on', () => {
    const untried = { ...GROUP, failureKind: null, courseId: null, age: 'older', oldestPaidAt: null } as const;
    expect(boardText({ groups: [GROUP, untried], moreGroups: false, totals: COUNTS, inDelivery: 1 }, NOW).split('\n')).toEqual([
      'kind    type  course                     paid since   lines  waiting  failed  held  given up  oldest',
      'server  seat  course-v1:AcmeX+BIO1+2026  under 1 day     12       10       2     1         0  3 h',
      'none    seat  -                          older           12       10       2     1         0  -',
      '',
      '12 lines: 10 waiting, 2 failed; among them 1 held and 0 given up.',
      '1 more is being worked on just now.',
      '',
    ]);
  });

  it('says when there is more than is shown, and when there is nothing', () => {
    expect(boardText({ groups: [GROUP], moreGroups: true, totals: COUNTS, inDelivery: 0 }, NOW)).toContain('There are more groups than are shown');
    expect(boardText({ groups: [], moreGroups: false, totals: { ...COUNTS, count: 0 }, inDelivery: 0 }, NOW)).toBe('Nothing is unfinished.\n');
  });
});
