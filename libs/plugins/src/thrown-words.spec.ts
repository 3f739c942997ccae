import { stackOf, wordsOf } from './thrown-words.js';

const throwing = () => {
  throw new Error('a trap');
};
const trapped = Object.defineProperties(new Error('x'), { message: { get: throwing }, stack: { get: throwing } });
const trap = new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing, getOwnPropertyDescriptor: throwing, ownKeys: throwing });
const NO_WORDS = 'something was thrown that has no words';

describe('the words of whatever was thrown', () => {
  it.each([
    ['an error', new Error('out of cheese'), 'out of cheese'],
    ['an error without words', new TypeError(''), 'TypeError'],
    ['what only looks like an error', { message: 'out of cheese' }, 'out of cheese'],
    ['a text', 'out of cheese', 'out of cheese'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('cheese'), 'Symbol(cheese)'],
    ['an object of nothing', Object.create(null), NO_WORDS],
    ['an error with traps', trapped, NO_WORDS],
    ['an error whose words are none', Object.defineProperty(new Error(), 'message', { value: Object.create(null) }), NO_WORDS],
    ['nothing but a trap', trap, NO_WORDS],
  ])('%s', (_, thrown, words) => {
    expect(wordsOf(thrown)).toBe(words);
  });

  it('are its stack where it has one', () => {
    const error = new Error('out of cheese');
    expect(stackOf(error)).toBe(error.stack);
    expect(stackOf(Object.assign(new Error('no stack'), { stack: undefined }))).toBe('no stack');
    expect([trapped, trap, 'a text'].map(stackOf)).toEqual([NO_WORDS, NO_WORDS, 'a text']);
  });
});
