import { errorFields } from './error-fields.js';

describe('what a log keeps of something thrown', () => {
  it('is the words and the causes of an error', () => {
    expect(errorFields(new Error('outer', { cause: new TypeError('inner') }))).toMatchObject({ name: 'Error', message: 'outer', stack: expect.any(String), cause: { name: 'TypeError', message: 'inner' } });
  });

  it('is little of what cannot be read, and ends where causes go in a circle', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(JSON.stringify(errorFields(circle)).match(/"round"/g)).toHaveLength(6);
    const trap = Object.defineProperty(new Error('x'), 'stack', { get: () => { throw new Error('read'); } });
    for (const odd of [Object.create(null) as unknown, { toString: 5 }, trap]) expect(errorFields(odd)).toEqual({ message: 'something was thrown that cannot be read' });
  });
});
