import { REFUND_STATUSES } from '#refunds';
import { refundOutlook, type RefundFacts } from './refund-outlook.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const APPROVED: RefundFacts = { number: 'RF-1', origin: 'request', status: 'approved', failure: null, mayHaveArrived: false, moneyIsBack: false, isWorkedOn: false, nextAttemptAt: after(40) };

describe('what happens next to a refund', () => {
  it.each<[string, Partial<RefundFacts>, string]>([
    ['was asked for', { status: 'requested' }, 'Nothing moves before that. npm run ops -- refunds --approve RF-1 --reason "...", or: npm run ops -- refunds --deny RF-1'],
    ['was made in the console', { status: 'requested', origin: 'gateway' }, "returned in the gateway's console: approving takes the access back, denying leaves it."],
    ['a bank has made', { status: 'requested', origin: 'dispute' }, "taken by the buyer's bank"],
    ['waits', {}, 'Its money is tried again by itself 2026-11-22 12:00:40Z (in 40 s).'],
    ['may have arrived', { mayHaveArrived: true }, 'The gateway is read back first'],
    ['is due', { nextAttemptAt: after(-7) }, 'Its money is due since 2026-11-22 11:59:53Z (7 s ago)'],
    ['is worked on', { isWorkedOn: true }, 'Its money is being returned just now.'],
    ['has its access before it, and is worked on', { status: 'money_returned', isWorkedOn: true }, 'Its money is back. Its access is being taken back just now.'],
    ['has its access before it', { status: 'money_returned' }, 'Its money is back. Its access is tried again by itself'],
    ['failed with the money', { status: 'money_error' }, '--retry RF-1 --reason "...", or: npm run ops -- refunds --deny RF-1'],
    ['failed and may have arrived', { status: 'money_error', mayHaveArrived: true }, 'so this cannot be denied'],
    ['failed with the access', { status: 'access_error' }, '--retry RF-1 --reason "..."; with --access keep the learner keeps it'],
    ['was denied', { status: 'denied' }, 'the same may be asked for again'],
    ['is complete', { status: 'complete' }, 'Done. Nothing follows.'],
    ['is complete, and bounced', { status: 'complete', moneyIsBack: true }, 'came back to us since'],
  ])('that %s', (_, change, sentence) => {
    expect(refundOutlook({ ...APPROVED, ...change }, NOW)).toContain(sentence);
  });

  it('asks no gateway about the access', () => {
    expect(refundOutlook({ ...APPROVED, status: 'money_returned', mayHaveArrived: true }, NOW)).not.toContain('gateway');
  });

  it('is another sentence for each status', () => {
    expect(new Set(REFUND_STATUSES.map((status) => refundOutlook({ ...APPROVED, status }, NOW))).size).toBe(REFUND_STATUSES.length);
  });
});
