import type { RefundDetail } from '#refunds';
import { refundDetailView, refundView } from './refund.view.js';
import { RefundDetailSchema, RefundSchema } from './refunds.schema.js';

const AT = new Date('2026-11-22T10:00:00Z');
const LINE_ID = '0190f3a0-7b1c-7000-8000-000000000001';
const REFUND: RefundDetail = {
  id: '0190f3a0-7b1c-7000-8000-000000000002', number: 'RF-100001', orderId: '0190f3a0-7b1c-7000-8000-000000000003', orderNumber: 'OF-100001', learner: 'ann', paymentId: '0190f3a0-7b1c-7000-8000-000000000004',
  origin: 'request', status: 'access_error', amountMinor: 4_900, currency: 'USD', access: 'revoke', reason: 'suspected of fraud', requestedBy: 'olga', decidedBy: 'olga', decisionReason: 'as the bank says',
  reference: 're_1', moneyIsBack: false, accessNote: 'The access stays.', round: 1, failedReferences: [], attempts: 2, mayHaveArrived: false, failure: { kind: 'rejected', detail: 'No such learner.' },
  nextAttemptAt: null, claimId: null, isWorkedOn: false, createdAt: AT, decidedAt: AT, moneyAt: AT, completedAt: null,
  lines: [{ lineId: LINE_ID, amountMinor: 4_900, wasHeld: true }],
  attemptLog: [{ half: 'money', requestedBy: 'operator:olga', startedAt: AT, endedAt: AT, outcome: 'done', detail: 're_1' }],
};

const STAFF = { isStaff: true, username: 'peter' };
const ANN = { isStaff: false, username: 'ann' };
const at = AT.toISOString();

/** What clients are promised, in full. */
const SEEN = {
  number: 'RF-100001', orderNumber: 'OF-100001', learner: 'ann', origin: 'request', status: 'access_error', amountMinor: 4_900, currency: 'USD', access: 'revoke',
  lines: [{ lineId: LINE_ID, amountMinor: 4_900 }], moneyIsBack: false, attempts: 2, nextAttemptAt: null, createdAt: at, decidedAt: at, moneyAt: at, completedAt: null,
};

describe('a refund', () => {
  it('is seen by staff in full', () => {
    const words = { requestedBy: 'olga', reason: 'suspected of fraud', decidedBy: 'olga', decisionReason: 'as the bank says', reference: 're_1', accessNote: 'The access stays.', failure: { kind: 'rejected', detail: 'No such learner.' } };
    expect(refundView(REFUND, STAFF)).toEqual({ ...SEEN, ...words });
    expect(refundDetailView(REFUND, STAFF)).toEqual({ ...SEEN, ...words, attemptLog: [{ half: 'money', requestedBy: 'operator:olga', startedAt: at, endedAt: at, outcome: 'done', detail: 're_1' }] });
  });

  it('is seen by its learner without the names and the words of anybody else', () => {
    const seen = refundDetailView(REFUND, ANN);
    expect(seen).toEqual({ ...SEEN, requestedBy: 'staff', reason: null, decidedBy: 'staff', decisionReason: null, reference: null, accessNote: null, failure: null, attemptLog: null });
    expect(JSON.stringify(seen)).not.toMatch(/olga|fraud|bank|re_1|No such/);
  });

  it('is seen by its learner with his own words', () => {
    expect(refundView({ ...REFUND, requestedBy: 'ann', reason: 'too hard' }, ANN)).toMatchObject({ requestedBy: 'ann', reason: 'too hard' });
  });

  it('that nobody has decided on has nobody who did', () => {
    expect(refundView({ ...REFUND, status: 'requested', decidedBy: null, decidedAt: null }, ANN)).toMatchObject({ decidedBy: null, decidedAt: null });
  });

  it.each([STAFF, ANN])('is what is documented, for %j', (viewer) => {
    expect(RefundSchema.strict().safeParse(refundView(REFUND, viewer)).error).toBeUndefined();
    expect(RefundDetailSchema.strict().safeParse(refundDetailView(REFUND, viewer)).error).toBeUndefined();
  });
});
