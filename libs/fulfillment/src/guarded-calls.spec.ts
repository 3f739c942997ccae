import type { Fulfiller, FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

const request = {} as FulfillmentRequest<unknown>;

function calls(fulfill: () => Promise<unknown>, { leaseMs = 60_000, timeoutMs = 100, signal = new AbortController().signal } = {}) {
  const fulfiller = { fulfill, verify: () => Promise.resolve(null) } as unknown as Fulfiller;
  return new GuardedCalls(fulfiller, request, timeoutMs, { signal, leaseEndsAtMs: performance.now() + leaseMs });
}

describe('GuardedCalls', () => {
  it('does not begin a call that could outlast the lease (fails without the look at the lease)', async () => {
    let begun = 0;
    const guarded = calls(() => Promise.resolve((begun += 1)), { leaseMs: 50, timeoutMs: 100 });
    await expect(guarded.fulfill()).rejects.toThrow(OutOfTimeError);
    expect([begun, guarded.begun]).toEqual([0, false]);
  });

  it('does not begin a call after the deadline', async () => {
    const guarded = calls(() => Promise.resolve({ reference: 'x' }), { signal: AbortSignal.abort() });
    await expect(guarded.fulfill()).rejects.toThrow(OutOfTimeError);
  });

  it('stops waiting at the deadline for a fulfiller that ignores its signal, with an unknown outcome', async () => {
    const stop = new AbortController();
    const guarded = calls(() => new Promise(() => undefined), { signal: stop.signal });
    const outcome = guarded.fulfill();
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ kind: 'timeout', mayHaveArrived: true, readBack: true });
    expect(guarded.begun).toBe(true);
  });

  it('lets a call fail late without anybody noticing', async () => {
    const stop = new AbortController();
    let failLate: (error: Error) => void = () => undefined;
    const outcome = calls(() => new Promise((_, reject) => (failLate = reject)), { signal: stop.signal }).fulfill();
    stop.abort();
    await expect(outcome).rejects.toMatchObject({ kind: 'timeout' });
    failLate(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('counts a fulfiller that throws at once like one that rejects', async () => {
    const guarded = calls(() => {
      throw new Error('at once');
    });
    await expect(guarded.fulfill()).rejects.toThrow('at once');
  });
});
