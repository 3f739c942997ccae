import { withReport } from './reported-result.js';
import type { SettledLine, Settlement } from './settlement.js';

const settled = (settlement: Settlement): SettledLine => ({ lineId: 'line', claimId: 'claim', settlement, attempt: null, mayHaveArrived: true });
const DELIVERED = { outcome: 'fulfilled', detail: 'receipt' } as const;
const REFUSED = { outcome: 'failed', detail: 'No mentor is free.' } as const;
const failure = { kind: 'server', detail: 'x' } as const;
const ACCEPTED: Settlement = { result: 'accepted', reference: 'job', verifyAfterMs: 1, deadlineMs: 2 };
const FAILED: Settlement = { result: 'failed', failure, retry: null };
const RETRIED: Settlement = { result: 'failed', failure, retry: { inMs: 1, costsAttempt: true } };

describe('a reported delivery', () => {
  it.each<Settlement>([ACCEPTED, FAILED, RETRIED, { result: 'released' }, { result: 'unchanged' }, { result: 'still_accepted', inMs: 1 }, { result: 'given_up', reason: 'x' }, { result: 'fulfilled', receipt: 'own' }])('counts, whatever its holder found: %j', (settlement) => {
    expect(withReport(settled(settlement), DELIVERED, false)).toMatchObject({ result: 'applied', settled: { settlement: { result: 'fulfilled', receipt: 'receipt' }, mayHaveArrived: false } });
  });

  it('of a line that was just taken back has it taken back once more, and waits to be applied', () => {
    expect(withReport(settled({ result: 'revoked', reason: null }), DELIVERED, false)).toMatchObject({ result: 'kept', settled: { settlement: { result: 'revocation_failed' }, mayHaveArrived: true } });
    const failed: Settlement = { result: 'revocation_failed', reason: 'x' };
    expect(withReport(settled(failed), DELIVERED, false)).toMatchObject({ result: 'kept', settled: { settlement: failed } });
  });
});

describe('a reported refusal', () => {
  it('ends a line that was accepted just now', () => {
    expect(withReport(settled(ACCEPTED), REFUSED, false)).toMatchObject({ result: 'applied', settled: { settlement: { result: 'failed', failure: { kind: 'rejected', detail: 'No mentor is free.' }, retry: null } } });
  });

  it.each<Settlement>([{ result: 'still_accepted', inMs: 1 }, { result: 'released' }, { result: 'unchanged' }])('ends a line that was with the provider, and only such a one: %j', (settlement) => {
    expect(withReport(settled(settlement), REFUSED, true).settled.settlement.result).toBe('failed');
    expect(withReport(settled(settlement), REFUSED, false)).toEqual({ settled: settled(settlement), result: 'applied' });
  });

  it.each<Settlement>([FAILED, RETRIED, { result: 'fulfilled', receipt: 'own' }, { result: 'revoked', reason: null }, { result: 'given_up', reason: 'x' }])('is past where the holder found something else: %j', (settlement) => {
    expect(withReport(settled(settlement), REFUSED, true)).toEqual({ settled: settled(settlement), result: 'applied' });
  });
});

it('without a report all is as the holder found it', () => {
  expect(withReport(settled(ACCEPTED), null, false)).toEqual({ settled: settled(ACCEPTED), result: 'applied' });
});
