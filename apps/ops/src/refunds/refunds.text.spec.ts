import type { RefundDetail } from '#refunds';
import { listText, refundText } from './refunds.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const LINE = '0190f3a0-7b1c-7000-8000-000000000001';
const REFUND = {
  number: 'RF-100001', orderNumber: 'OF-1', learner: 'ann', origin: 'request', status: 'access_error', amountMinor: 4_900, currency: 'USD', access: 'revoke', reason: 'changed\nher mind', requestedBy: 'ann',
  decidedBy: 'olga', decisionReason: 'within the window', reference: 're_1', moneyIsBack: false, accessNote: 'The access of one line stays.', failure: { kind: 'rejected', detail: 'No such\u001b[2J learner.' },
  mayHaveArrived: false, isWorkedOn: false, nextAttemptAt: null, createdAt: new Date('2026-11-22T09:00:00Z'), decidedAt: new Date('2026-11-22T10:00:00Z'), moneyAt: new Date('2026-11-22T10:00:01Z'), completedAt: null,
  lines: [{ lineId: LINE, amountMinor: 4_900, wasHeld: false }],
  attemptLog: [{ half: 'money', requestedBy: 'operator:olga', startedAt: new Date('2026-11-22T10:00:00Z'), endedAt: new Date('2026-11-22T10:00:01Z'), outcome: 'done', detail: 're_1' }],
} as unknown as RefundDetail;

describe('refunds for people', () => {
  it('are a table, with nothing in it that a terminal obeys', () => {
    expect(listText({ refunds: [REFUND], more: true }, 'open', NOW).split('\n')).toEqual([
      'refund     order  learner  status        origin   minor units  of   access  since  failure',
      'RF-100001  OF-1   ann      access_error  request         4900  USD  revoke  3 h    rejected: No such\u00b7[2J learner.',
      '',
      'There are more than are shown.',
      '',
    ]);
  });

  it('say where there is none', () => {
    expect([listText({ refunds: [], more: false }, 'open', NOW), listText({ refunds: [], more: false }, 'chosen', NOW)]).toEqual(['Every refund is over.\n', 'There is no such refund.\n']);
  });

  it('are shown one by one with both halves, what happens next, and every attempt', () => {
    expect(refundText(REFUND, NOW).split('\n')).toEqual([
      'Refund RF-100001: access_error',
      '  order    OF-1, of ann',
      '  amount   4900 minor units of USD',
      `  access   revoke: ${LINE}`,
      '  asked    2026-11-22 09:00:00Z (3 h ago) by ann (request): changed her mind',
      '  decided  2026-11-22 10:00:00Z (2 h ago) by olga: within the window',
      '  money    back 2026-11-22 10:00:01Z (119 min ago), re_1',
      '  failure  rejected: No such\u00b7[2J learner.',
      '  note     The access of one line stays.',
      expect.stringMatching(/^ {2}next {5}Its money is back, its access is not/),
      '  attempts',
      '    2026-11-22 10:00:00Z  money, done, 1000 ms, asked by operator:olga: re_1',
      '',
    ]);
  });
});
