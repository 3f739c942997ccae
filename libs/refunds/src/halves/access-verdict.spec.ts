import type { ReturnResult } from '#fulfillment';
import type { Settlement } from '#orders';
import { accessVerdict } from './access-verdict.js';

/** What came of lines: how each was settled, and how it stands. */
function result(lines: Record<string, { settlement: Settlement; status: string }>, lostLineIds: string[] = []): ReturnResult {
  const settled = Object.entries(lines).map(([lineId, { settlement }]) => ({ lineId, claimId: 'c', settlement, attempt: null, mayHaveArrived: false }));
  return { settled, order: { lines: Object.entries(lines).map(([id, { status }]) => ({ id, status })) }, lostLineIds, answer: null } as unknown as ReturnResult;
}
const revoked = (reason: string | null = null) => ({ settlement: { result: 'revoked', reason } as const, status: 'revoked' });
const failed = (passing?: boolean) => ({ settlement: { result: 'revocation_failed', reason: 'no', ...(passing === undefined ? {} : { failure: { kind: 'server', passing } as const }) } as const, status: 'fulfilled' });

describe('accessVerdict', () => {
  it('is done when all lines are revoked, with what stays', () => {
    expect(accessVerdict(result({ a: revoked(), b: revoked('The access stays.') }))).toEqual({ result: 'done', notes: ['The access stays.'] });
  });

  it('waits where a line was not free, or was lost', () => {
    expect(accessVerdict(undefined)).toMatchObject({ result: 'waiting' });
    expect(accessVerdict(result({ a: revoked() }, ['a']))).toMatchObject({ result: 'waiting', notes: [] });
  });

  it('is not done where a line that was taken back is delivered after all', () => {
    expect(accessVerdict(result({ a: { ...revoked(), status: 'fulfilled' } }))).toMatchObject({ result: 'waiting' });
  });

  it('fails as its worst line does', () => {
    expect(accessVerdict(result({ a: revoked('x'), b: failed(true) }))).toMatchObject({ result: 'failed', passing: true, failure: { kind: 'server', detail: 'no' }, notes: ['x'] });
    expect(accessVerdict(result({ a: failed(true), b: failed(false) }))).toMatchObject({ result: 'failed', passing: false });
    expect(accessVerdict(result({ a: failed() }))).toMatchObject({ result: 'failed', passing: true, failure: { kind: 'unknown' } });
  });
});
