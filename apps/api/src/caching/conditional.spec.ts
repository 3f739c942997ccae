import { hasAlready } from './conditional.js';

describe('what a client has already', () => {
  it.each(['"a"', ' "a" ', 'W/"a"', '"b", "a"', '"b",W/"a"', '*', ' * '])('is told by If-None-Match: %s', (header) => {
    expect(hasAlready(header, '"a"')).toBe(true);
  });

  it.each([undefined, '', 'a', '"A"', '"b"', '"a', '"ab"', 'W/"b", "c"'])('is not told by %j', (header) => {
    expect(hasAlready(header, '"a"')).toBe(false);
  });
});
