import { publicAnswer } from './public-answer.js';

const AT = new Date('2027-01-01T00:00:00Z');
const inSeconds = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const READ_MS = 5_000;
const answer = (changesAt: Date | null) => publicAnswer({ a: 1 }, { at: AT, changesAt }, READ_MS);

describe('a public answer', () => {
  it.each([
    ['a minute', null, 0, 60],
    ['what is left of the minute', null, 20_500, 39],
    ['nothing when the minute is over', null, 61_000, 0],
    ['as long as it is true', inSeconds(10), 0, 10],
    ['as long as it is still true', inSeconds(10), 9_500, 0],
    ['a minute of a longer time', inSeconds(3_600), 0, 60],
    ['nothing when it changed in the same moment', inSeconds(0), 0, 0],
    ['nothing, rather than less', inSeconds(5), 30_000, 0],
  ])('may be kept for %s', (_, changesAt, laterMs, seconds) => {
    expect(answer(changesAt).maxAgeSeconds(READ_MS + laterMs)).toBe(seconds);
  });

  it('found unchanged may be kept anew, but no longer than it is true', () => {
    expect(answer(null).foundUnchanged(READ_MS + 50_000).maxAgeSeconds(READ_MS + 50_000)).toBe(60);
    expect(answer(inSeconds(55)).foundUnchanged(READ_MS + 50_000).maxAgeSeconds(READ_MS + 50_000)).toBe(5);
  });

  it('has one tag for one body', () => {
    const times = { at: AT, changesAt: null };
    expect(publicAnswer({ a: 1 }, times).etag).toBe(answer(inSeconds(1)).etag);
    expect(publicAnswer({ a: 2 }, times).etag).not.toBe(answer(null).etag);
    expect(answer(null).foundUnchanged(9).etag).toBe(answer(null).etag);
  });
});
