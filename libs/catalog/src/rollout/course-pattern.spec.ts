import fc from 'fast-check';
import { fitsPattern } from './course-pattern.js';

const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';

describe('a course pattern', () => {
  it.each([
    ['*', ''],
    ['*', BIOLOGY],
    [BIOLOGY, BIOLOGY],
    ['course-v1:AcmeX+*', BIOLOGY],
    ['*+2026', BIOLOGY],
    ['*+BIO1+*', BIOLOGY],
    ['course-v1:*+BIO*+2026', BIOLOGY],
    ['**', 'x'],
    ['a*a', 'aa'],
    ['a*b*c', 'a-b-b-c'],
    ['*ab', 'aab'],
  ])('%s fits %j', (pattern, id) => {
    expect(fitsPattern(pattern, id)).toBe(true);
  });

  it.each([
    ['', BIOLOGY],
    ['AcmeX', BIOLOGY],
    ['course-v1:acmex+*', BIOLOGY],
    ['course-v1:AcmeX+BIO1', BIOLOGY],
    ['*BIO1', BIOLOGY],
    ['course-v1:AcmeX.BIO1.2026', BIOLOGY],
    ['course-v1:[A-Z]*', BIOLOGY],
    ['a*a', 'a'],
    ['ab*ba', 'aba'],
    ['a*b*b', 'ab'],
    ['*a*b*', 'ba'],
  ])('%s does not fit %j', (pattern, id) => {
    expect(fitsPattern(pattern, id)).toBe(false);
  });

  const letters = (...of: readonly string[]) => fc.array(fc.constantFrom(...of), { maxLength: 12 }).map((parts) => parts.join(''));

  it('means what the same regular expression means', () => {
    fc.assert(
      fc.property(letters('a', 'b', '*'), letters('a', 'b'), (pattern, id) => {
        expect(fitsPattern(pattern, id)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(id));
      }),
      { numRuns: 5_000 },
    );
  });

  it('of many stars ends on an id that it nearly fits', () => {
    expect(fitsPattern(`${'*a'.repeat(125)}*b`, 'a'.repeat(255))).toBe(false);
  });
});
