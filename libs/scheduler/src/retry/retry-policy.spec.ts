import fc from 'fast-check';
import { nextAttempt, type RetryFacts, type RetryPolicy } from './retry-policy.js';

const DAY_MS = 86_400_000;
const policy: RetryPolicy = { baseMs: 5_000, maxDelayMs: 900_000, maxAgeMs: DAY_MS, maxAttempts: null };
const facts: RetryFacts = { productType: 'seat', kind: 'server', httpStatus: 503, passing: true, retryAfterMs: null, tries: 1, times: 1, previous: null, ageMs: 0 };
const longest = () => 0.999_999_999;

const anyPolicy = fc.record({
  baseMs: fc.integer({ min: 1, max: 3_600_000 }),
  maxDelayMs: fc.integer({ min: 1, max: DAY_MS }),
  maxAgeMs: fc.integer({ min: 1, max: 30 * DAY_MS }),
  maxAttempts: fc.option(fc.integer({ min: 1, max: 50 })),
});
const anyFacts = fc.record({
  kind: fc.constantFrom('server', 'network', 'throttled', 'rejected'),
  passing: fc.boolean(),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 400 * DAY_MS })),
  tries: fc.integer({ min: 0, max: 5_000 }),
  times: fc.integer({ min: 1, max: 5_000 }),
  ageMs: fc.integer({ min: 0, max: 60 * DAY_MS }),
});
const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('nextAttempt', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [5, 80_000],
    [8, 640_000],
    [9, 900_000],
    [2_000, 900_000],
  ])('waits after try %i for up to %i ms, any wait being as likely', (tries, longestMs) => {
    expect(nextAttempt(policy, { ...facts, tries }, longest)).toEqual({ inMs: longestMs, costsAttempt: true });
    expect(nextAttempt(policy, { ...facts, tries }, () => 0.5)?.inMs).toBe(1 + longestMs / 2);
    expect(nextAttempt(policy, { ...facts, tries }, () => 0)?.inMs).toBe(1);
  });

  it.each([
    ['what does not pass by itself', { passing: false }, null],
    ['what is as old as its limit', { ageMs: DAY_MS }, null],
    ['the last of its attempts', { times: 3 }, 3],
    ['what was throttled and is as old as its limit', { kind: 'throttled', ageMs: DAY_MS }, null],
  ])('gives up %s', (_, changes, maxAttempts) => {
    expect(nextAttempt({ ...policy, maxAttempts }, { ...facts, ...changes }, longest)).toBeNull();
  });

  it('tries once more after its age limit, when the attempt came just before it', () => {
    expect(nextAttempt(policy, { ...facts, tries: 9, ageMs: DAY_MS - 1 }, longest)).toEqual({ inMs: 900_000, costsAttempt: true });
  });

  it('charges no attempt for being throttled, and does not give up for it', () => {
    expect(nextAttempt({ ...policy, maxAttempts: 3 }, { ...facts, kind: 'throttled', tries: 3, times: 3 }, longest)).toEqual({ inMs: 20_000, costsAttempt: false });
  });

  it.each([
    ['waits as long as the provider asks, when that is longer', 60_000, 60_000],
    ['does not hurry because the provider asks for less', 1_000, 5_000],
    ['does not let the provider park a line for longer than its age limit', 365 * DAY_MS, DAY_MS],
  ])('%s', (_, retryAfterMs, inMs) => {
    expect(nextAttempt(policy, { ...facts, retryAfterMs }, longest)?.inMs).toBe(inMs);
  });

  it('waits at least 1 ms, at least as long as asked for within the age limit, and otherwise no longer than the policy allows', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, anyChance, (any, given, chance) => {
        const retry = nextAttempt(any, given, () => chance);
        if (retry === null) return;
        const askedForMs = Math.min(given.retryAfterMs ?? 0, any.maxAgeMs);
        expect(Number.isSafeInteger(retry.inMs)).toBe(true);
        expect(retry.inMs).toBeGreaterThanOrEqual(Math.max(1, askedForMs));
        expect(retry.inMs).toBeLessThanOrEqual(Math.max(askedForMs, any.maxDelayMs, 1));
        expect(retry.inMs).toBeLessThanOrEqual(Math.max(askedForMs, any.baseMs * 2 ** Math.max(0, given.tries - 1)));
      }),
    );
  });

  it('stays with its word once it has given up: not older, nor with more attempts, is it tried again', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, fc.nat(DAY_MS), fc.nat(20), (any, given, olderMs, more) => {
        const later = { ...given, ageMs: given.ageMs + olderMs, tries: given.tries + more, times: given.times + more };
        return nextAttempt(any, given, longest) !== null || nextAttempt(any, later, longest) === null;
      }),
    );
  });
});
