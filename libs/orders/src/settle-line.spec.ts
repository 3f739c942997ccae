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
  acceptedUntil: null,
};

const placedAt = new Date('2026-11-22T10:00:00Z');
const now = new Date('2026-11-22T11:00:00Z');
const TRIES = 3;
const settle = (line: LineSnapshot, settlement: Settlement, wasBegun = true) => settleLine({ line, tries: TRIES, previousFailure: { kind: 'server', httpStatus: 502, times: 2 } }, settlement, { placedAt, now, wasBegun });

describe('settleLine', () => {
  it('clears the failure when the line is fulfilled', () => {
    expect(settle(claimed, { result: 'fulfilled', receipt: 'r' })).toEqual({ event: 'fulfil', tries: TRIES, givenUp: false, failureTimes: 0, line: { ...claimed, status: 'fulfilled', failure: null, receipt: 'r' } });
  });

  it('lets a failure wait that is tried again, by the clock of the database, and ends one that is not', () => {
    const nextAttemptAt = new Date('2026-11-22T11:01:00Z');
    expect(settle(claimed, { result: 'failed', failure, retry: { inMs: 60_000, costsAttempt: true } })).toMatchObject({ event: 'release', tries: TRIES, line: { status: 'open', nextAttemptAt, failure: { passing: true } } });
    expect(settle(claimed, { result: 'failed', failure, retry: null })).toMatchObject({ event: 'fail', line: { status: 'failed', nextAttemptAt: null, failure: { passing: false } } });
  });

  it('does not count an attempt that the provider would not look at', () => {
    expect(settle(claimed, { result: 'failed', failure, retry: { inMs: 1, costsAttempt: false } })).toMatchObject({ tries: TRIES - 1, line: { attempts: 2 } });
  });

  it('ends what is given up, with the failure that it had', () => {
    expect(settle(claimed, { result: 'given_up', reason: 'x' })).toMatchObject({ event: 'fail', givenUp: true, line: { status: 'failed', failure: { kind: 'server', passing: false } } });
    expect(settle({ ...claimed, failure: null }, { result: 'given_up', reason: 'x' }).line.failure).toMatchObject({ kind: 'unknown', passing: false });
  });

  it('puts a line back that was only looked at: one that failed stays failed, one that waited is due when it was, or now', () => {
    const lasting = { ...failure, passing: false };
    expect(settle({ ...claimed, failure: lasting }, { result: 'unchanged' })).toMatchObject({ tries: TRIES - 1, line: { status: 'failed', failure: lasting, nextAttemptAt: null } });
    expect(settle(claimed, { result: 'unchanged' })).toMatchObject({ tries: TRIES - 1, line: { status: 'open', failure, nextAttemptAt: now } });
    expect(settle({ ...claimed, nextAttemptAt: placedAt }, { result: 'unchanged' }).line.nextAttemptAt).toEqual(placedAt);
  });

  it('gives a line to a provider that accepts it for later, with the time of the first look and of the end', () => {
    const settled = settle(claimed, { result: 'accepted', reference: 'job', verifyAfterMs: 60_000, deadlineMs: 3_600_000 });
    expect(settled).toMatchObject({ event: 'accept', tries: TRIES, line: { status: 'accepted', attempts: 2, failure, nextAttemptAt: new Date('2026-11-22T11:01:00Z'), acceptedUntil: new Date('2026-11-22T12:00:00Z') } });
  });

  it('leaves an accepted line with its provider, whatever a look told or did not, and counts no attempt for it', () => {
    const accepted = { ...claimed, status: 'accepted', acceptedUntil: new Date('2026-11-22T12:00:00Z') } as const;
    const stays = (nextAttemptAt: Date) => ({ event: null, tries: TRIES, line: { ...accepted, nextAttemptAt } });
    expect(settle(accepted, { result: 'still_accepted', inMs: 60_000 }, false)).toMatchObject(stays(new Date('2026-11-22T11:01:00Z')));
    expect(settle(accepted, { result: 'released' }, false)).toMatchObject(stays(now));
    expect(settle(accepted, { result: 'unchanged' }, false)).toMatchObject(stays(now));
  });

  it('ends an accepted line as any other', () => {
    const accepted = { ...claimed, status: 'accepted', failure: null, acceptedUntil: now } as const;
    expect(settle(accepted, { result: 'fulfilled', receipt: 'r' }, false)).toMatchObject({ event: 'fulfil', line: { status: 'fulfilled', attempts: 2, acceptedUntil: null } });
    expect(settle(accepted, { result: 'failed', failure, retry: null })).toMatchObject({ event: 'fail', line: { status: 'failed', acceptedUntil: null } });
    expect(settle(accepted, { result: 'given_up', reason: 'x' })).toMatchObject({ givenUp: true, line: { failure: { detail: 'Given up while its provider had accepted it for later.' } } });
    expect(() => settle(accepted, { result: 'revoked', reason: null })).toThrow(InvalidTransitionError);
  });

  it('makes a line due at once whose attempt never began, gives the attempt back, and keeps why the line waited before', () => {
    expect(settle(claimed, { result: 'released' }, false)).toMatchObject({ event: 'release', tries: TRIES - 1, line: { status: 'open', attempts: 1, failure, nextAttemptAt: placedAt } });
  });

  it('takes back a line in whatever status it was claimed in', () => {
    for (const status of ['open', 'failed', 'fulfilled'] as const) expect(settle({ ...claimed, status }, { result: 'revoked', reason: null }).line.status).toBe('revoked');
  });

  it('refuses to fulfil what is not being delivered', () => {
    expect(() => settle({ ...claimed, status: 'fulfilled' }, { result: 'fulfilled', receipt: 'r' })).toThrow(InvalidTransitionError);
  });
});
