import type { LineSnapshot } from './order.snapshot.js';
import { settleLine } from './settle-line.js';
import { InvalidTransitionError } from './transitions.js';

const failure = { kind: 'server', detail: 'Bad gateway', passing: true } as const;
const claimed: LineSnapshot = {
  id: 'line',
  sku: 'A',
  productType: 'seat',
  title: 'A',
  quantity: 1,
  unitPriceMinor: 0,
  status: 'fulfilling',
  attempts: 2,
  failure,
  nextAttemptAt: null,
  receipt: null,
};

describe('settleLine', () => {
  it('clears the failure when the line is fulfilled', () => {
    expect(settleLine(claimed, { result: 'fulfilled', receipt: 'r' })).toEqual({ event: 'fulfil', line: { ...claimed, status: 'fulfilled', failure: null, receipt: 'r' } });
  });

  it('lets a passing failure wait and a lasting one end', () => {
    expect(settleLine(claimed, { result: 'failed', failure })).toMatchObject({ event: 'release', line: { status: 'open' } });
    expect(settleLine(claimed, { result: 'failed', failure: { ...failure, passing: false } })).toMatchObject({ event: 'fail', line: { status: 'failed' } });
  });

  it('gives an attempt back that never began, and keeps why the line waited before', () => {
    expect(settleLine(claimed, { result: 'released' })).toMatchObject({ event: 'release', line: { status: 'open', attempts: 1, failure } });
  });

  it('takes back a line in whatever status it was claimed in', () => {
    for (const status of ['open', 'failed', 'fulfilled'] as const) expect(settleLine({ ...claimed, status }, { result: 'revoked', reason: null }).line.status).toBe('revoked');
  });

  it('refuses to fulfil what is not being delivered', () => {
    expect(() => settleLine({ ...claimed, status: 'fulfilled' }, { result: 'fulfilled', receipt: 'r' })).toThrow(InvalidTransitionError);
  });
});
