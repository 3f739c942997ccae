import { GatewayFailure, type GatewayRefund } from '#payments';
import { answerVerdict, failureVerdict, readBackVerdict } from './money-verdict.js';

const ROUNDS = { round: 2, failedReferences: ['re_1'] };
const AMOUNT = { amountMinor: 10 };
const answer = (status: GatewayRefund['status'], amountMinor = 10): GatewayRefund => ({ reference: 're_2', refundId: 'ours', amountMinor, status, detail: status === 'failed' ? 'closed' : null });
const failure = (passing: boolean, mayHaveArrived: boolean) => new GatewayFailure('x', { kind: 'server', passing, mayHaveArrived });

describe('what a read-back means', () => {
  it.each([
    ['paid', { result: 'succeeded', reference: 're_2', ...AMOUNT } as const, null, { result: 'returned', reference: 're_2', round: 2 }],
    ['paid, but not what was asked for: for an operator', { result: 'succeeded', reference: 're_2', amountMinor: 9 } as const, null, { result: 'failed', passing: false, mayHaveArrived: true, failure: { detail: expect.stringContaining('9 instead of 10') as string } }],
    ['under way, but not what was asked for', { result: 'pending', reference: 're_2', amountMinor: 11 } as const, null, { result: 'failed', mayHaveArrived: true }],
    ['under way', { result: 'pending', reference: 're_2', ...AMOUNT } as const, null, { result: 'waiting', reference: 're_2' }],
    ['not there: asked for by the same key', { result: 'absent' } as const, null, null],
    ['failed, and nobody had heard of it: asked for by another key', { result: 'failed', references: ['re_2'], detail: 'closed' } as const, null, null],
    ['failed, after the gateway had taken it on: for an operator', { result: 'failed', references: ['re_2'], detail: 'closed' } as const, 're_2', { result: 'failed', passing: false, mayHaveArrived: false, round: 3 }],
  ])('%s', (_, standing, reference, expected) => {
    const { verdict, rounds } = readBackVerdict({ ...ROUNDS, ...AMOUNT, reference }, standing);
    if (expected) expect(verdict).toMatchObject(expected);
    else expect(verdict).toBeNull();
    expect(rounds).toEqual(standing.result === 'failed' ? { round: 3, failedReferences: ['re_1', 're_2'] } : ROUNDS);
  });
});

describe('what an answer means', () => {
  it('is believed for what was asked, and for nothing else', () => {
    expect(answerVerdict(ROUNDS, { amountMinor: 10 }, answer('succeeded'))).toMatchObject({ result: 'returned', reference: 're_2' });
    expect(answerVerdict(ROUNDS, { amountMinor: 10 }, answer('pending'))).toMatchObject({ result: 'waiting' });
    expect(answerVerdict(ROUNDS, { amountMinor: 10 }, answer('succeeded', 11))).toMatchObject({ result: 'failed', passing: false, mayHaveArrived: true });
    expect(answerVerdict(ROUNDS, { amountMinor: 10 }, answer('failed'))).toMatchObject({ result: 'failed', passing: false, mayHaveArrived: false, round: 3, failedReferences: ['re_1', 're_2'], failure: { detail: 'closed' } });
  });
});

describe('whether a call may have arrived', () => {
  it.each([
    ['a call without an answer', failure(true, true), true, false, true],
    ['a call that never left', failure(true, false), true, false, false],
    ['a look that failed leaves the doubt', failure(true, false), false, true, true],
    ['a look that failed for good leaves it too', failure(false, false), false, true, true],
    ['a call that was throttled leaves the doubt', failure(true, false), true, true, true],
    ['a call that was refused ends it: by that key nothing was returned', failure(false, false), true, true, false],
  ])('%s', (_, thrown, wasCalled, mayHaveBefore, expected) => {
    expect(failureVerdict(ROUNDS, thrown, { wasCalled, mayHaveBefore })).toMatchObject({ mayHaveArrived: expected });
  });
});
