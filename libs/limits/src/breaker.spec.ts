import { afterReport, breakerStatus, passage, withProbe } from './breaker.js';
import type { Report, Traffic } from './leave.js';
import type { Context } from './rules.js';
import { UNKNOWN_STATE, type SharedState } from './shared-state.js';

const NOW_MS = 1_000_000;
const OPEN_MS = 30_000;
const at = (nowMs: number, failures = 3): Context => ({ rules: { dependency: 'lms', breaker: { failures, openMs: OPEN_MS }, ratePerMinute: 0, pause: null }, nowMs });
const NOW = at(NOW_MS);

const ANSWERED: Report = { outcome: 'answered' };
const NOT_CALLED: Report = { outcome: 'not_called' };
const SERVER: Report = { outcome: 'failed', kind: 'server', everywhere: false };
const TIMEOUT: Report = { outcome: 'failed', kind: 'timeout', everywhere: false };
const CREDENTIALS: Report = { outcome: 'failed', kind: 'configuration', everywhere: true };
const throttled = (retryAfterMs: number | null): Report => ({ outcome: 'throttled', retryAfterMs });

const opened = (untilMs: number, probe: { id: string; untilMs: number } | null = null): SharedState => ({
  ...UNKNOWN_STATE,
  failures: 3,
  opened: { kind: 'server', detail: 'lms failed 3 times in a row, last with server, so it is not called for a while.', untilMs, probe },
});
const OPEN = opened(NOW_MS + 10_000);
const HALF_OPEN = opened(NOW_MS - 1);
const PROBED = opened(NOW_MS - 1, { id: 'p1', untilMs: NOW_MS + 5_000 });
const LOST = opened(NOW_MS - 1, { id: 'p1', untilMs: NOW_MS });
const FAILED_TWICE: SharedState = { ...UNKNOWN_STATE, failures: 2 };
const THROTTLED: SharedState = { ...UNKNOWN_STATE, throttledUntilMs: NOW_MS + 7_000 };

const report = (state: SharedState, what: Report, probeId: string | null = null, traffic: Traffic = 'backlog') => afterReport(state, { traffic, report: what, probeId }, NOW);

describe('who passes', () => {
  it.each([
    ['closed, everybody', UNKNOWN_STATE, 'buyer', 3, null, false],
    ['closed with failures, everybody', FAILED_TWICE, 'backlog', 3, null, false],
    ['open, nobody', OPEN, 'buyer', 0, { cause: 'open', kind: 'server', retryInMs: 10_000 }, false],
    ['open, an operator', OPEN, 'operator', 3, null, true],
    ['half open, one', HALF_OPEN, 'backlog', 1, { cause: 'open', kind: 'server', retryInMs: 1_000 }, true],
    ['half open with a probe out, nobody', PROBED, 'buyer', 0, { cause: 'open', kind: 'server', retryInMs: 1_000 }, false],
    ['half open with a probe out, an operator', PROBED, 'operator', 3, null, true],
    ['half open whose probe was lost, one', LOST, 'buyer', 1, { cause: 'open', kind: 'server', retryInMs: 1_000 }, true],
    ['asked to wait, nobody', THROTTLED, 'buyer', 0, { cause: 'rate', kind: 'throttled', retryInMs: 7_000 }, false],
    ['asked to wait, an operator', THROTTLED, 'operator', 3, null, true],
    ['asked to wait and half open, nobody', { ...HALF_OPEN, throttledUntilMs: NOW_MS + 7_000 }, 'backlog', 0, { cause: 'rate', kind: 'throttled', retryInMs: 7_000 }, false],
    ['no longer asked to wait, everybody', { ...UNKNOWN_STATE, throttledUntilMs: NOW_MS }, 'buyer', 3, null, false],
  ] as const)('%s', (_, state, traffic, most, refusal, isProbe) => {
    expect(passage(state, traffic, 3, NOW)).toEqual({ most, refusal: refusal && { ...refusal, detail: expect.any(String) }, isProbe });
  });

  it('everybody when the breaker is set never to open, whatever an earlier setting left', () => {
    expect(passage(OPEN, 'backlog', 3, at(NOW_MS, 0))).toEqual({ most: 3, refusal: null, isProbe: false });
    expect(breakerStatus(OPEN, at(NOW_MS, 0))).toBe('closed');
  });

  it('one who wants one is not refused as a probe', () => {
    expect(passage(HALF_OPEN, 'backlog', 1, NOW)).toEqual({ most: 1, refusal: null, isProbe: true });
  });

  it('says the detail that opened it', () => {
    expect(passage(OPEN, 'backlog', 1, NOW).refusal?.detail).toBe('lms failed 3 times in a row, last with server, so it is not called for a while.');
  });
});

describe('a probe', () => {
  it('is noted for as long as the breaker stays open', () => {
    expect(withProbe(HALF_OPEN, 'p2', NOW).opened?.probe).toEqual({ id: 'p2', untilMs: NOW_MS + OPEN_MS });
  });

  it('that is answered closes', () => {
    expect(report(PROBED, ANSWERED, 'p1')).toEqual(UNKNOWN_STATE);
  });

  it('that is answered after it was given up, while nobody else probes, closes', () => {
    expect(report(LOST, ANSWERED, 'p1')).toEqual(UNKNOWN_STATE);
  });

  it('that fails opens again', () => {
    expect(report(PROBED, TIMEOUT, 'p1')).toEqual({ ...UNKNOWN_STATE, failures: 4, opened: { kind: 'timeout', detail: expect.stringContaining('4 times in a row'), untilMs: NOW_MS + OPEN_MS, probe: null } });
  });

  it('that made no call is given back', () => {
    expect(report(PROBED, NOT_CALLED, 'p1')).toEqual(HALF_OPEN);
  });

  it('that is throttled is given back, and all wait', () => {
    expect(report(PROBED, throttled(2_000), 'p1')).toEqual({ ...HALF_OPEN, throttledUntilMs: NOW_MS + 2_000 });
  });

  it.each([ANSWERED, SERVER, NOT_CALLED])('that was given up and replaced changes nothing: %j', (late) => {
    expect(report(PROBED, late, 'p0')).toBe(PROBED);
  });

  it('of an operator closes an open breaker, and ends what the provider asked for', () => {
    expect(report({ ...OPEN, throttledUntilMs: NOW_MS + 1_000 }, ANSWERED, 'p9', 'operator')).toEqual(UNKNOWN_STATE);
  });

  it('of an operator that fails keeps it open from now on', () => {
    expect(report(OPEN, SERVER, 'p9', 'operator').opened).toMatchObject({ kind: 'server', untilMs: NOW_MS + OPEN_MS });
  });

  it('of an operator that made no call leaves the probe of another alone', () => {
    expect(report(PROBED, NOT_CALLED, 'p9', 'operator')).toBe(PROBED);
  });
});

describe('any other delivery', () => {
  it.each([
    ['counts when it fails', UNKNOWN_STATE, SERVER, { ...UNKNOWN_STATE, failures: 1 }],
    ['ends a row of failures when it is answered', FAILED_TWICE, ANSWERED, UNKNOWN_STATE],
    ['neither lengthens nor ends the row when it is throttled', FAILED_TWICE, throttled(5_000), { ...FAILED_TWICE, throttledUntilMs: NOW_MS + 5_000 }],
  ])('%s', (_, before, what, after) => {
    expect(report(before, what)).toEqual(after);
  });

  it.each([
    ['the last failure of a row', FAILED_TWICE, SERVER, 'server', 'lms failed 3 times in a row, last with server, so it is not called for a while.'],
    ['one failure that everybody will meet', UNKNOWN_STATE, CREDENTIALS, 'configuration', 'lms refuses whoever calls (configuration), so it is not called for a while.'],
  ])('opens: %s', (_, before, what, kind, detail) => {
    expect(report(before, what).opened).toEqual({ kind, detail, untilMs: NOW_MS + OPEN_MS, probe: null });
  });

  it.each([
    ['nothing is known', UNKNOWN_STATE, ANSWERED],
    ['nothing is known', UNKNOWN_STATE, NOT_CALLED],
    ['there are failures', FAILED_TWICE, NOT_CALLED],
    ['it has opened since', OPEN, ANSWERED],
    ['it has opened since', OPEN, SERVER],
    ['it has opened since', OPEN, CREDENTIALS],
    ['another one probes', PROBED, ANSWERED],
    ['another one probes', PROBED, NOT_CALLED],
  ])('changes nothing when %s: %j', (_, before, what) => {
    expect(report(before, what)).toBe(before);
  });

  it.each([
    [null, 10_000],
    [0, 1_000],
    [4_500, 4_500],
    [86_400_000, 3_600_000],
  ])('that is throttled with Retry-After %s makes all wait %s ms', (retryAfterMs, waitMs) => {
    expect(report(UNKNOWN_STATE, throttled(retryAfterMs))).toEqual({ ...UNKNOWN_STATE, throttledUntilMs: NOW_MS + waitMs });
  });

  it('does not shorten a wait', () => {
    expect(report(THROTTLED, throttled(1_000))).toEqual(THROTTLED);
  });

  it.each([SERVER, CREDENTIALS])('never opens a breaker with 0 failures: %j', (what) => {
    expect(afterReport({ ...UNKNOWN_STATE, failures: 99 }, { traffic: 'buyer', report: what, probeId: null }, at(NOW_MS, 0)).opened).toBeNull();
  });
});
