import { retryAfterMs } from './retry-after.js';

const NOW_MS = Date.parse('2026-03-04T09:15:20Z');

it.each([
  ['7', 7_000],
  ['0', 0],
  ['Wed, 04 Mar 2026 09:17:20 GMT', 120_000],
  ['Wed, 04 Mar 2026 09:15:00 GMT', 0],
  ['999999999999999999', 86_400_000],
  ['-7', null],
  ['7.5', null],
  ['soon', null],
  ['2026-03-04T09:17:20Z', null],
  ['', null],
  [undefined, null],
  [7, null],
])('reads %j as %j', (header, waitMs) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(waitMs);
});
