import fc from 'fast-check';
import { lastCheckMs, nextCheckMs, retryCheckMs } from './payment-patience.js';

const HOUR_MS = 3_600_000;

it.each(['captured', 'failed'] as const)('nothing more is to be learned of a payment that is %s', (status) => {
  expect(nextCheckMs(status, new Date(0), 0)).toBeNull();
});

it('a buyer is waited for with growing patience, and looked for twice an hour at the least', () => {
  expect([0, 60_000, 600_000, 10 * HOUR_MS].map((age) => nextCheckMs('started', new Date(0), age))).toEqual([60_000, 60_000, 300_000, HOUR_MS / 2]);
});

it('a clock that runs behind the database never makes a wait shorter than a minute', () => {
  expect(nextCheckMs('created', new Date(HOUR_MS), 0)).toBe(60_000);
});

it('what was called off is looked at once more when every call has ended that was under way', () => {
  expect([15_000, 45_000].map(lastCheckMs)).toEqual([60_000, 90_000]);
});

it('a gateway is asked again later each time, at the latest after half an hour, and not before it wants to be', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.option(fc.nat(24 * HOUR_MS)), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, retryAfterMs, random) => {
      const wait = retryCheckMs(attempts, retryAfterMs, () => random);
      expect(wait).toBeGreaterThanOrEqual(Math.max(2_500, retryAfterMs ?? 0));
      expect(wait).toBeLessThanOrEqual(Math.max(HOUR_MS / 2, retryAfterMs ?? 0));
    }),
  );
  expect(retryCheckMs(4, null, () => 1)).toBeGreaterThan(retryCheckMs(3, null, () => 1));
});
