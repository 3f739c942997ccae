import { covers, isFree } from './course-modes.js';

describe('covers', () => {
  it.each([
    ['audit', 'audit'],
    ['honor', 'audit'],
    ['verified', 'audit'],
    ['professional', 'verified'],
    ['credit', 'verified'],
    ['unheard-of', 'unheard-of'],
  ])('holds for a learner in %s who was sold %s', (held, sold) => {
    expect(covers(held, sold)).toBe(true);
  });

  it.each([
    ['audit', 'verified'],
    ['audit', 'honor'],
    ['verified', 'no-id-professional'],
    ['masters', 'credit'],
    ['unheard-of', 'audit'],
    ['verified', 'unheard-of'],
    ['unheard-of', 'never-seen'],
  ])('does not hold for a learner in %s who was sold %s', (held, sold) => {
    expect(covers(held, sold)).toBe(false);
  });
});

it('only audit and honor are free', () => {
  expect(['audit', 'honor', 'verified', 'professional', 'credit', 'unheard-of'].filter(isFree)).toEqual(['audit', 'honor']);
});
