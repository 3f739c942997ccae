import type { LineSnapshot } from './order.snapshot.js';
import { settleLine } from './settle-line.js';
import type { Settlement } from './settlement.js';
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

const placedAt = new Date('2026-11-22T10:00:00Z');
const settle = (line: LineSnapshot, settlement: Settlement) => settleLine(line, settlement, placedAt);

describe('settleLine', () => {
  it('clears the failure when the line is fulfilled', () => {
    expect(settle(claimed, { result: 'fulfilled', receipt: 'r' })).toEqual({ event: 'fulfil', line: { ...claimed, status: 'fulfilled', failure: null, receipt: 'r' } });
  });

  it('lets a passing failure wait and a lasting one end', () => {
    expect(settle(claimed, { result: 'failed', failure })).toMatchObject({ event: 'release', line: { status: 'open' } });
    expect(settle(claimed, { result: 'failed', failure: { ...failure, passing: false } })).toMatchObject({ event: 'fail', line: { status: 'failed' } });
  });

  it('makes a line due at once whose attempt never began, gives the attempt back, and keeps why the line waited before', () => {
    expect(settle(claimed, { result: 'released' })).toMatchObject({ event: 'release', line: { status: 'open', attempts: 1, failure, nextAttemptAt: placedAt } });
  });

  it('takes back a line in whatever status it was claimed in', () => {
    for (const status of ['open', 'failed', 'fulfilled'] as const) expect(settle({ ...claimed, status }, { result: 'revoked', reason: null }).line.status).toBe('revoked');
  });

  it('refuses to fulfil what is not being delivered', () => {
    expect(() => settle({ ...claimed, status: 'fulfilled' }, { result: 'fulfilled', receipt: 'r' })).toThrow(InvalidTransitionError);
  });
});
