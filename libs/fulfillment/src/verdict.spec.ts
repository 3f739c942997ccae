import { DeliveryFailure, UnknownOutcome, type Fulfiller, type FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { GuardedCalls } from './guarded-calls.js';
import { deliver } from './verdict.js';

const SOON = { inMs: 1_000, costsAttempt: true };
const there = { reference: 'there' };
const acceptance = { reference: 'job', verifyAfterMs: 60_000, deadlineMs: 3_600_000 };
const passing = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true, mayHaveArrived: true });
const notArrived = new DeliveryFailure({ kind: 'network', detail: 'refused', passing: true });
const lasting = new DeliveryFailure({ kind: 'rejected', detail: 'embargo', passing: false });
const expired = new DeliveryFailure({ kind: 'rejected', detail: 'mode expired', passing: false, readBack: true });
const noAnswer = new UnknownOutcome({ kind: 'timeout', detail: 'no answer' });

type Step = { reference: string } | null | Error;

/** A fulfiller that plays one step a call, and remembers which verbs were called. */
function playing({ fulfill = [], verify = [] }: { fulfill?: Step[]; verify?: Step[] }) {
  const called: string[] = [];
  const play = (verb: string, steps: Step[]) => () => {
    called.push(verb);
    const step = steps.shift();
    if (step === undefined) throw new Error(`Unexpected ${verb}`);
    return step instanceof Error ? Promise.reject(step) : Promise.resolve(step);
  };
  const fulfiller = { parseDetails: (raw: unknown) => raw, fulfill: play('fulfill', fulfill), verify: play('verify', verify), revoke: () => Promise.resolve() } as unknown as Fulfiller;
  const calls = new GuardedCalls({ fulfiller, timeoutMs: 10, capabilities: { asynchronous: true } }, {} as FulfillmentRequest<unknown>, { signal: new AbortController().signal, stopsAtMs: performance.now() + 60_000, leaseEndsAtMs: performance.now() + 60_000 });
  return { calls, called };
}

describe('a first attempt', () => {
  it('is one call when it works', async () => {
    const { calls, called } = playing({ fulfill: [there] });
    expect(await deliver(calls, false, () => SOON)).toEqual({ result: 'fulfilled', receipt: there });
    expect(called).toEqual(['fulfill']);
  });

  it('may be accepted for later', async () => {
    const { calls } = playing({ fulfill: [acceptance] });
    expect(await deliver(calls, false, () => SOON)).toEqual({ result: 'accepted', acceptance });
  });

  it('reads back an unknown outcome, and counts what is there', async () => {
    const { calls, called } = playing({ fulfill: [noAnswer], verify: [there] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'fulfilled' });
    expect(called).toEqual(['fulfill', 'verify']);
  });

  it('keeps how the call ended as its failure when nothing is there, and reads back again before the next call', async () => {
    const { calls } = playing({ fulfill: [noAnswer], verify: [null] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'failed', failure: { kind: 'timeout' }, retry: SOON, unknown: false, mayHaveArrived: true });
  });

  it('is unknown when it cannot be read back either', async () => {
    const { calls } = playing({ fulfill: [noAnswer], verify: [notArrived] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'failed', failure: { kind: 'timeout' }, retry: SOON, unknown: true, mayHaveArrived: true });
  });

  it('does not read back a passing failure now, but remembers that it may have arrived', async () => {
    const { calls, called } = playing({ fulfill: [passing] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'failed', retry: SOON, unknown: false, mayHaveArrived: true });
    expect(called).toEqual(['fulfill']);
  });

  it('ends for good at a refusal that cannot have arrived, without another call', async () => {
    const { calls, called } = playing({ fulfill: [lasting] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'failed', retry: null, mayHaveArrived: false });
    expect(called).toEqual(['fulfill']);
  });

  it('takes a refusal that hides an earlier success for the success that it is', async () => {
    const { calls } = playing({ fulfill: [expired], verify: [there] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'fulfilled' });
  });

  it('does not end for good when a refusal had to be read back and could not be', async () => {
    const { calls } = playing({ fulfill: [expired], verify: [notArrived] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ result: 'failed', failure: { detail: 'mode expired' }, retry: SOON, unknown: true, mayHaveArrived: true });
  });

  it('ends as unknown, and never again by itself, when the fulfiller breaks down', async () => {
    const { calls } = playing({ fulfill: [new TypeError('secret-token-123')], verify: [null] });
    const verdict = await deliver(calls, false, () => SOON);
    expect(verdict).toMatchObject({ result: 'failed', failure: { kind: 'unknown' }, retry: null });
    expect(JSON.stringify(verdict)).not.toContain('secret-token-123');
  });

  it('treats a fulfiller that returns no receipt as broken', async () => {
    const { calls } = playing({ fulfill: [null], verify: [null] });
    expect(await deliver(calls, false, () => SOON)).toMatchObject({ failure: { kind: 'unknown' }, retry: null });
  });
});

describe('an attempt after one that may have arrived', () => {
  it('reads back before it calls, and calls nobody when it is there', async () => {
    const { calls, called } = playing({ verify: [there] });
    expect(await deliver(calls, true, () => SOON)).toMatchObject({ result: 'fulfilled' });
    expect(called).toEqual(['verify']);
  });

  it('calls when nothing is there', async () => {
    const { calls, called } = playing({ verify: [null], fulfill: [there] });
    expect(await deliver(calls, true, () => SOON)).toMatchObject({ result: 'fulfilled' });
    expect(called).toEqual(['verify', 'fulfill']);
  });

  it('calls nobody, and does not end for good, while it cannot be read back', async () => {
    const { calls, called } = playing({ verify: [lasting] });
    expect(await deliver(calls, true, () => SOON)).toMatchObject({ result: 'failed', retry: SOON, mayHaveArrived: true });
    expect(called).toEqual(['verify']);
  });

  it('reads back a last time before it ends for good', async () => {
    const { calls, called } = playing({ verify: [null, there], fulfill: [lasting] });
    expect(await deliver(calls, true, () => SOON)).toMatchObject({ result: 'fulfilled' });
    expect(called).toEqual(['verify', 'fulfill', 'verify']);
  });
});
