import fc from 'fast-check';
import { bucketOf, isAmong } from './bucket.js';

const percentage = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const chosen = (courseId: string, percent: number) => isAmong(bucketOf(courseId), percent);

describe('the bucket of a course', () => {
  // Worked out with sha256sum and long division: courses would change sides if it ever became another.
  it.each([
    ['course-v1:AcmeX+BIO1+2026', 997],
    ['course-v1:AcmeX+CHEM1+2026', 5_814],
    ['edX/DemoX/Demo_2014', 9_361],
  ])('%s is %d for ever', (id, bucket) => {
    expect(bucketOf(id)).toBe(bucket);
  });

  it('stays chosen when the percentage grows, and comes back when it does', () => {
    fc.assert(
      fc.property(fc.string(), percentage, percentage, (id, one, other) => {
        const [lower, higher] = [Math.min(one, other), Math.max(one, other)];
        expect(chosen(id, lower) && !chosen(id, higher)).toBe(false);
        expect(chosen(id, lower)).toBe(bucketOf(id) < Math.round(lower * 100));
      }),
    );
  });

  it('is never chosen at 0 and always at 100', () => {
    fc.assert(fc.property(fc.string(), (id) => !chosen(id, 0) && chosen(id, 100)));
  });

  it.each([1, 5, 33.33, 50, 99.99])('chooses about %d percent of many courses', (percent) => {
    const courses = Array.from({ length: 20_000 }, (_, n) => `course-v1:Org${n % 40}+C${n}+2026_T${n % 3}`);
    const share = (courses.filter((id) => chosen(id, percent)).length / courses.length) * 100;
    expect(Math.abs(share - percent)).toBeLessThan(1.5);
  });
});
