import { withReport } from './reported-result.js';
import type { SettledLine, Settlement } from './settlement.js';

const settled = (settlement: Settlement, mayHaveArrived = true): SettledLine => ({ lineId: 'line', claimId: 'claim', settlement, attempt: null, mayHaveArrived });
const DELIVERED = { outcome: 'fulfilled', detail: 'receipt' } as const;
const REFUSED = { outcome: 'failed', detail: 'No mentor is free.' } as const;
const UNKNOWN_BEFORE = { result: null };
const failure = { kind: 'server', detail: 'x' } as const;
const ACCEPTED: Settlement = { result: 'accepted', reference: 'job', verifyAfterMs: 1, deadlineMs: 2 };
const FAILED: Settlement = { result: 'failed', failure, retry: null };
const RETRIED: Settlement = { result: 'failed', failure, retry: { inMs: 1, costsAttempt: true } };
const LOOKED: Settlement = { result: 'still_accepted', inMs: 1 };
const REVOKED: Settlement = { result: 'revoked', reason: null };
const GIVEN_UP: Settlement = { result: 'given_up', reason: 'x' };
const FULFILLED: Settlement = { result: 'fulfilled', receipt: 'own' };

describe('a reported delivery', () => {
  it.each<Settlement>([ACCEPTED, FAILED, RETRIED, LOOKED, { result: 'released' }, { result: 'unchanged' }, GIVEN_UP, FULFILLED])('counts, whatever its holder found: %j', (settlement) => {
    expect(withReport(settled(settlement), DELIVERED, UNKNOWN_BEFORE)).toMatchObject({ result: 'applied', settled: { settlement: { result: 'fulfilled', receipt: 'receipt' }, mayHaveArrived: false } });
  });

  it('of a line that was taken back without knowing it has it taken back once more, and waits to be applied', () => {
    expect(withReport(settled(REVOKED), DELIVERED, UNKNOWN_BEFORE)).toMatchObject({ result: 'kept', settled: { settlement: { result: 'revocation_failed' }, mayHaveArrived: true } });
    const failed: Settlement = { result: 'revocation_failed', reason: 'x' };
    expect(withReport(settled(failed), DELIVERED, UNKNOWN_BEFORE)).toMatchObject({ result: 'kept', settled: { settlement: failed } });
  });

  it('of a line that was taken back in its knowledge is past', () => {
    expect(withReport(settled(REVOKED), DELIVERED, { result: DELIVERED })).toEqual({ result: 'applied', settled: settled(REVOKED) });
  });
});

describe('a reported refusal', () => {
  it.each<Settlement>([ACCEPTED, LOOKED, FAILED, RETRIED, { result: 'released' }, { result: 'unchanged' }])('ends a line that is with its provider, or may be: %j', (settlement) => {
    expect(withReport(settled(settlement), REFUSED, UNKNOWN_BEFORE)).toMatchObject({ result: 'applied', settled: { settlement: { result: 'failed', failure: { kind: 'rejected', detail: 'No mentor is free.' }, retry: null } } });
  });

  it.each<Settlement>([FULFILLED, REVOKED, GIVEN_UP])('is past where the holder found something else: %j', (settlement) => {
    expect(withReport(settled(settlement), REFUSED, UNKNOWN_BEFORE)).toEqual({ settled: settled(settlement), result: 'applied' });
  });

  it('says nothing of a line of which nothing can have arrived', () => {
    expect(withReport(settled(RETRIED, false), REFUSED, UNKNOWN_BEFORE)).toEqual({ settled: settled(RETRIED, false), result: 'applied' });
  });
});

it('without a report all is as the holder found it', () => {
  expect(withReport(settled(ACCEPTED), null, UNKNOWN_BEFORE)).toEqual({ settled: settled(ACCEPTED), result: 'applied' });
});
