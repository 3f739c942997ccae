import { FAILURE_KINDS } from '#orders';
import { lineOutlook, type LineFacts } from './line-outlook.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const SERVER = { kind: 'server', detail: 'Bad gateway', passing: true } as const;
const WAITING: LineFacts = {
  status: 'open',
  failure: SERVER,
  nextAttemptAt: after(40),
  receipt: null,
  acceptedUntil: null,
  paidAt: after(-600),
  heldAt: null,
  givenUpAt: null,
  claimPurpose: null,
  leaseUntil: null,
  lostLeases: 0,
  orderNumber: 'OF-1',
  orderStatus: 'fulfillment_error',
  history: [],
};
const AGAIN = 'npm run ops -- resubmit --order OF-1';
const HELD = { heldAt: after(-60), history: [{ event: 'hold', actor: 'ann', reason: 'old' }, { event: 'hold', actor: 'olga', reason: 'asks the school' }, { event: 'fail', actor: 'scheduler', reason: null }] };

describe('what happens next to a line', () => {
  it.each<[string, Partial<LineFacts>, string]>([
    ['waits', {}, 'Tried again by itself 2026-11-22 12:00:40Z (in 40 s).'],
    ['is due', { nextAttemptAt: after(-7) }, 'Due since 2026-11-22 11:59:53Z (7 s ago): the next free worker takes it. If it stays so: npm run ops -- doctor'],
    ['is due at this very moment', { nextAttemptAt: NOW }, 'Due since'],
    ['is never due', { nextAttemptAt: null }, `Is not tried again by itself. Send it again: ${AGAIN}`],
    ['failed', { status: 'failed', nextAttemptAt: null, failure: { ...SERVER, kind: 'configuration' } }, `Waits for an operator, and is not tried again by itself: repair the product or our credentials, then: ${AGAIN}`],
    ['is delivered', { status: 'fulfilled', receipt: 'ann in BIO1' }, 'Delivered: ann in BIO1. Nothing follows.'],
    ['was taken back', { status: 'revoked' }, 'Taken back or cancelled.'],
    ['is worked on', { status: 'fulfilling', claimPurpose: 'deliver', leaseUntil: after(90) }, 'Being worked on just now. If its holder dies, others may take it over from 2026-11-22 12:01:30Z (in 90 s).'],
    ['is being taken back', { status: 'fulfilled', claimPurpose: 'revoke', leaseUntil: after(90) }, 'Being taken back just now.'],
    ['lost its holder', { status: 'fulfilling', claimPurpose: 'deliver', leaseUntil: after(-10), lostLeases: 2 }, 'Its holder was lost; the lease ended 2026-11-22 11:59:50Z (10 s ago). 2 before it were lost as well. A worker takes over at its next sweep, and reads back first.'],
    ['lost who took it back', { status: 'failed', claimPurpose: 'revoke', leaseUntil: after(-10) }, 'Whoever took it back was lost'],
    ['is held', HELD, 'Held since 2026-11-22 11:59:00Z (60 s ago) by olga: asks the school. Nobody delivers it until it is released.'],
    ['is held and worked on', { ...HELD, status: 'fulfilling', claimPurpose: 'deliver', leaseUntil: after(90) }, 'Being worked on just now.'],
    ['was given up', { status: 'failed', givenUpAt: after(-60), history: [{ event: 'fail', actor: 'olga', reason: 'course closed.' }] }, `Given up 2026-11-22 11:59:00Z (60 s ago) by olga: course closed. It is sent again only by: ${AGAIN} --given-up`],
    ['is not paid', { paidAt: null, orderStatus: 'pending', nextAttemptAt: null, failure: null }, 'Not paid (the order is pending).'],
    ['was accepted for later', { status: 'accepted', nextAttemptAt: after(60), acceptedUntil: after(3600) }, 'The provider has accepted it and delivers later. It is looked at 2026-11-22 12:01:00Z (in 60 s). Of one that is not delivered the wait ends 2026-11-22 13:00:00Z (in 60 min)'],
  ])('that %s', (_, change, sentence) => {
    expect(lineOutlook({ ...WAITING, ...change }, NOW)).toContain(sentence);
  });

  it('that failed is told for every kind of failure', () => {
    const told = FAILURE_KINDS.map((kind) => lineOutlook({ ...WAITING, status: 'failed', failure: { ...SERVER, kind } }, NOW));
    expect(new Set(told).size).toBe(FAILURE_KINDS.length);
  });
});
