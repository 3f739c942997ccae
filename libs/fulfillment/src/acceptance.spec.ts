import { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import { look } from './acceptance.js';
import { deliveredOf } from './fulfiller-answers.js';
import type { GuardedCalls } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const down = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, httpStatus: 502 });
const slow = new DeliveryFailure({ kind: 'throttled', detail: 'Slow down.', passing: true, retryAfterMs: 3 * MINUTE });
const atOnce = new DeliveryFailure({ kind: 'throttled', detail: 'Slow down.', passing: true, retryAfterMs: 0 });
const refused = new DeliveryFailure({ kind: 'rejected', detail: 'No mentor is free.', passing: false });

function lookAt(answer: { reference: string } | null | Error, leftMs = 60 * MINUTE, begun = true) {
  const calls = { begun, verify: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)) } as unknown as GuardedCalls;
  return look(calls, { reference: 'job', verifyEveryMs: 5 * MINUTE, until: new Date(NOW.getTime() + leftMs) }, () => NOW);
}

describe('a look at an accepted line', () => {
  it('finds what is there, also after its deadline', async () => {
    for (const leftMs of [MINUTE, -MINUTE]) expect(await lookAt({ reference: 'there' }, leftMs)).toEqual({ result: 'fulfilled', receipt: { reference: 'there' } });
  });

  it('looks again after the stated wait, or the one that the provider asks for, but never after the deadline', async () => {
    expect(await lookAt(null)).toEqual({ result: 'still_accepted', inMs: 5 * MINUTE, failure: null });
    expect(await lookAt(down)).toEqual({ result: 'still_accepted', inMs: 5 * MINUTE, failure: down });
    expect(await lookAt(slow)).toMatchObject({ inMs: 3 * MINUTE });
    expect(await lookAt(null, MINUTE)).toMatchObject({ inMs: MINUTE });
    expect(await lookAt(atOnce)).toMatchObject({ inMs: 1_000 });
  });

  it.each([[null, /it is not there/, false], [down, /could not be read back: Bad gateway/, true]] as const)('ends at the deadline, with a cause (%p)', async (answer, detail, unknown) => {
    expect(await lookAt(answer, 0)).toMatchObject({ result: 'failed', retry: null, unknown, mayHaveArrived: true, failure: { kind: 'timeout', passing: false, detail: expect.stringMatching(detail) } });
  });

  it('ends when the provider says for good that it will not deliver', async () => {
    expect(await lookAt(refused)).toMatchObject({ result: 'failed', retry: null, failure: refused });
  });

  it('ends when the fulfiller breaks down, and says so', async () => {
    expect(await lookAt(new Error('bug'))).toMatchObject({ result: 'failed', failure: { kind: 'unknown' } });
  });

  it('is not begun when no time is left for it', async () => {
    expect(await lookAt(new OutOfTimeError(), MINUTE, false)).toEqual({ result: 'not_begun' });
  });
});

describe('what fulfill returned', () => {
  const asynchronous = { asynchronous: true };

  it('is an acceptance with times within their bounds', () => {
    expect(deliveredOf({ reference: 'job', verifyAfterMs: 5, deadlineMs: 1e300, httpStatus: 202 }, asynchronous)).toEqual({ reference: 'job', verifyAfterMs: 1_000, deadlineMs: 366 * 86_400_000, httpStatus: 202 });
    expect(deliveredOf({ reference: 'job', verifyAfterMs: 90_000.4, deadlineMs: 0 }, asynchronous)).toEqual({ reference: 'job', verifyAfterMs: 90_000, deadlineMs: 90_000 });
  });

  it.each([undefined, null, 7, {}, { verifyAfterMs: 1, deadlineMs: 2 }, { reference: 'x', deadlineMs: 2 }, { reference: 'x', verifyAfterMs: NaN, deadlineMs: 2 }, { reference: 'x', verifyAfterMs: 1, deadlineMs: null }, { reference: 'x', verifyAfterMs: -1, deadlineMs: 2 }])(
    'is a bug when it is neither a receipt nor an acceptance: %p',
    (returned) => expect(() => deliveredOf(returned, asynchronous)).toThrow(TypeError),
  );

  it('is a bug when a fulfiller accepts that does not say that it may', () => {
    expect(() => deliveredOf({ reference: 'x', verifyAfterMs: 1_000, deadlineMs: 2_000 }, { asynchronous: false })).toThrow(/capabilities.asynchronous/);
  });
});
