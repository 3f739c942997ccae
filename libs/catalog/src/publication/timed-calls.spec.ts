import { performance } from 'node:perf_hooks';
import { OutOfTimeError, SETTLE_MARGIN_MS, TimedCalls } from './timed-calls.js';

const TIMEOUT_MS = 5_000;
const callsOf = (leaseMs: number) => new TimedCalls(TIMEOUT_MS, performance.now() + leaseMs);

describe('the calls of a claim', () => {
  it('have the time-out of one call, and are counted as they leave', () => {
    const calls = callsOf(60_000);
    const call = calls.next();
    expect([call.timeoutMs, call.signal.aborted, calls.count]).toEqual([TIMEOUT_MS, false, 0]);
    call.onCall?.();
    calls.next().onCall?.();
    expect(calls.count).toBe(2);
    calls.end();
  });

  it('are not made when what is left of the lease is less than a call may take, and the time to settle', () => {
    const calls = callsOf(SETTLE_MARGIN_MS + TIMEOUT_MS - 1);
    expect(() => calls.next().onCall?.()).toThrow(OutOfTimeError);
    expect(calls.count).toBe(0);
    calls.end();
  });

  it('are told to stop before the lease ends', async () => {
    const calls = callsOf(SETTLE_MARGIN_MS + 20);
    const { signal } = calls.next();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.aborted).toBe(true);
  });
});
