import { retryAfterMs } from './retry-after.js';

const NOW_MS = Date.UTC(2026, 2, 4, 9, 15, 20);
const DAY_MS = 86_400_000;

describe('Retry-After', () => {
  it.each([
    ['7', 7_000],
    ['0', 0],
    ['Wed, 04 Mar 2026 09:17:20 GMT', 120_000],
    ['Wed, 04 Mar 2026 09:15:20 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%s is a wait of %i ms', (header, expected) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(expected);
  });

  it.each(['86401', '9'.repeat(40), 'Fri, 06 Mar 2026 09:15:20 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT'])('%s is a wait of a day, the longest', (header) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(DAY_MS);
  });

  it.each([null, undefined, '', ' ', 'soon', '-1', '1.5', '1e3', '0x10', '٣', '7 s', '7, 7', 'Invalid Date', '2026-03-04T09:17:20Z', 'Wed, 04 Mar 2026 09:17:20', 'Wed, 04 Mar 2026 09:17:20 +0100', 'Tue, 31 Feb 2026 09:17:20 GMT', 'Wed, 04 Mar 2026 24:61:00 GMT'])('%p is nonsense', (header) => {
    expect(retryAfterMs(header, NOW_MS)).toBeNull();
  });

  it('counts from now', () => {
    expect(retryAfterMs(new Date(Date.now() - 60_000).toUTCString())).toBe(0);
    const waitMs = retryAfterMs(new Date(Date.now() + 3_600_000).toUTCString());
    expect(waitMs).toBeGreaterThan(1_800_000);
    expect(waitMs).toBeLessThanOrEqual(3_600_000);
  });
});
