import type { WakeUp } from '#scheduler';
import { WAKE_BY_SCHEDULER, publicationRetry } from './publication.modules.js';

const policy = { baseMs: 5_000, maxDelayMs: 900_000, maxAgeMs: 86_400_000 };
const longest = publicationRetry(policy, () => 0.999_999_999);
const facts = { kind: 'server', httpStatus: 503, retryAfterMs: null, tries: 1 };

describe('a publication that failed in passing', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [9, 900_000],
    [100_000, 900_000],
  ])('is tried again after try %i, in up to %i ms: it never ends', (tries, inMs) => {
    expect(longest({ ...facts, tries })).toEqual({ inMs, costsAttempt: true });
    expect(publicationRetry(policy, () => 0)({ ...facts, tries }).inMs).toBe(1);
  });

  it('waits as long as the LMS asks, within the age limit of retries, and that costs no attempt', () => {
    expect(longest({ ...facts, kind: 'throttled', retryAfterMs: 60_000 })).toEqual({ inMs: 60_000, costsAttempt: false });
    expect(longest({ ...facts, kind: 'throttled', retryAfterMs: 10 ** 12 }).inMs).toBe(policy.maxAgeMs);
  });
});

it('publications are woken by the name of their source', () => {
  const scheduled: WakeUp[] = [];
  const wake = WAKE_BY_SCHEDULER.useFactory({ schedule: (due: WakeUp[]) => Promise.resolve(void scheduled.push(...due)) });
  wake([{ courseId: 'course-v1:A+B+C', key: 'request-2', inMs: 0 }]);
  expect(scheduled).toEqual([{ source: 'publications', id: 'course-v1:A+B+C', key: 'request-2', inMs: 0 }]);
});
