import type { Fulfiller, FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

const request = {} as FulfillmentRequest<unknown>;
const typeOf = (fulfiller: Fulfiller, timeoutMs = 100, asynchronous = false) => ({ fulfiller, timeoutMs, capabilities: { asynchronous } });

function calls(fulfill: () => Promise<unknown>, { leaseMs = 60_000, timeoutMs = 100, signal = new AbortController().signal } = {}) {
  const fulfiller = { fulfill, verify: () => Promise.resolve(null) } as unknown as Fulfiller;
  return new GuardedCalls(typeOf(fulfiller, timeoutMs), request, { signal, stopsAtMs: performance.now() + leaseMs, leaseEndsAtMs: performance.now() + leaseMs });
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

  it('stops a fulfiller between its own calls when the lease is too short for another (fails without the look at the lease in onCall)', async () => {
    const made: string[] = [];
    const fulfiller = {
      fulfill: async ({ onCall }: FulfillmentRequest<unknown>) => {
        onCall?.();
        made.push('GET');
        // The process is frozen here, and goes on with the next call before any timer has fired.
        const until = performance.now() + 60;
        while (performance.now() < until);
        await Promise.resolve();
        onCall?.();
        made.push('POST');
        return { reference: 'x' };
      },
    } as unknown as Fulfiller;
    const guarded = new GuardedCalls(typeOf(fulfiller), request, { signal: new AbortController().signal, stopsAtMs: performance.now() + 150, leaseEndsAtMs: performance.now() + 150 });
    await expect(guarded.fulfill()).rejects.toThrow(OutOfTimeError);
    expect([made, guarded.count]).toEqual([['GET'], 1]);
  });

  it('has a last look that goes by the lease, when the deadline is over', async () => {
    const fulfiller = { verify: ({ signal }: FulfillmentRequest<unknown>) => Promise.resolve(signal.aborted ? null : { reference: 'there' }) } as unknown as Fulfiller;
    const guarded = new GuardedCalls(typeOf(fulfiller), request, { signal: AbortSignal.abort(), stopsAtMs: 0, leaseEndsAtMs: performance.now() + 60_000 });
    await expect(guarded.verify()).rejects.toThrow(OutOfTimeError);
    expect(await guarded.verifyByLease()).toEqual({ reference: 'there' });
  });
});
