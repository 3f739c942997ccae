import { isConfigurationFailure, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { SeatSchema } from './seat.js';

const SEAT = { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' };

function blamedPointers(raw: unknown): string[] {
  try {
    parseOrFail(SeatSchema, raw, 'details of a seat');
  } catch (thrown) {
    if (isConfigurationFailure(thrown)) return thrown.problems.map(({ pointer }) => pointer);
    throw thrown;
  }
  return [];
}

describe('a seat', () => {
  it.each([
    [SEAT],
    [{ courseId: 'AcmeX/BIO1/2026_T1', mode: 'no-id-professional' }],
    [{ courseId: 'course-v1:Académie+Chimie-1.2~b+2026', mode: 'audit' }],
    [{ ...SEAT, mode: 'credit', creditProvider: 'acme-university' }],
  ])('may be %j', (seat) => {
    expect(parseOrFail(SeatSchema, seat, 'details of a seat')).toEqual(seat);
  });

  it.each([
    ['/courseId', { mode: 'verified' }],
    ['/courseId', { ...SEAT, courseId: null }],
    ['/courseId', { ...SEAT, courseId: '' }],
    ['/courseId', { ...SEAT, courseId: 'BIO1' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:AcmeX+BIO1' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:AcmeX+BIO 1+2026' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:AcmeX+BIO1+2026\n' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:AcmeX+BIO1+2026?x=1' }],
    ['/courseId', { ...SEAT, courseId: '../../etc/passwd' }],
    ['/courseId', { ...SEAT, courseId: '../../etc' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:AcmeX+BIO1+..' }],
    ['/courseId', { ...SEAT, courseId: 'course-v1:.+BIO1+2026' }],
    ['/courseId', { ...SEAT, courseId: `course-v1:AcmeX+BIO1+${'2'.repeat(255)}` }],
    ['/mode', { courseId: SEAT.courseId }],
    ['/mode', { ...SEAT, mode: 'Verified' }],
    ['/mode', { ...SEAT, mode: '' }],
    ['/mode', { ...SEAT, mode: 'v'.repeat(101) }],
    ['/creditProvider', { ...SEAT, mode: 'credit' }],
    ['/creditProvider', { ...SEAT, creditProvider: 'acme-university' }],
    ['/creditProvider', { ...SEAT, mode: 'credit', creditProvider: 'acme university' }],
    ['', { ...SEAT, courseid: 'course-v1:AcmeX+BIO1+2026' }],
    ['', null],
    ['', 'course-v1:AcmeX+BIO1+2026'],
  ])('blames %j of %j', (pointer, raw) => {
    expect(blamedPointers(raw)).toContain(pointer);
  });

  it('names every wrong field at once', () => {
    expect(blamedPointers({ mode: 'credit' })).toEqual(['/courseId', '/creditProvider']);
  });
});
