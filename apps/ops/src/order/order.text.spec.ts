import type { OrderReport } from './order.report.js';
import { orderText } from './order.text.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const LINE = {
  id: 'l1',
  position: 1,
  sku: 'A1',
  productType: 'seat',
  title: 'Biology One',
  quantity: 1,
  unitPriceMinor: 4_900,
  courseId: 'course-v1:AcmeX+BIO1+2026',
  status: 'open',
  attempts: 1,
  failure: { kind: 'timeout', detail: 'Too\nlate\u001b[2J.', passing: true },
  outlook: 'Tried again by itself.',
  attemptLog: [{ startedAt: NOW, endedAt: null, durationMs: null, purpose: 'deliver', outcome: 'pending', httpStatus: null, requestedBy: 'checkout:staff', detail: null }],
};
const REPORT = {
  readAt: NOW,
  number: 'OF-1',
  status: 'fulfillment_error',
  currency: 'USD',
  totalMinor: 4_900,
  placedAt: NOW,
  placedBy: 'staff',
  learner: { username: 'ann', email: null },
  payment: { processor: 'free', reference: null, status: 'settled' },
  lines: [LINE, { ...LINE, id: 'l2', position: 2, quantity: 3, courseId: null, failure: null, attemptLog: [] }],
  payments: [
    { id: 'p2', processor: 'card', status: 'captured', amountMinor: 4_900, currency: 'USD', reference: 'pi_2', capturedMinor: 4_900, capturedCurrency: 'USD', refundedMinor: 900, reservedMinor: 4_000, declined: null, parked: { cause: 'order_expired', action: 'ask' }, owed: false, owedSettledAt: null, failure: { kind: 'timeout', detail: 'Too\nlate.' }, createdAt: NOW },
    { id: 'p1', processor: 'invoice', status: 'captured', amountMinor: 4_900, currency: 'USD', reference: null, capturedMinor: 4_900, capturedCurrency: 'USD', refundedMinor: 0, reservedMinor: 0, declined: 'No funds\u001b[2J.', parked: null, owed: true, owedSettledAt: null, failure: null, createdAt: NOW },
  ],
  refunds: [{ number: 'RF-1', status: 'money_error', origin: 'request', amountMinor: 4_000, currency: 'USD', requestedBy: 'ann', reason: 'too\nhard', failure: { kind: 'rejected', detail: 'No.' }, outlook: 'Waits.', createdAt: NOW }],
  history: [
    { at: NOW, actor: 'staff', event: 'place', from: null, to: 'open', reason: null, lineId: null, change: null },
    { at: NOW, actor: 'olga', event: 'hold', from: 'open', to: 'open', reason: 'asks\nthe school', lineId: 'l2', change: null },
    { at: NOW, actor: 'olga', event: 'correctLearner', from: 'open', to: 'open', reason: 'typo', lineId: null, change: { learner: { from: 'an', to: 'ann' } } },
  ],
} as unknown as OrderReport;

describe('an order for people', () => {
  it('has its facts, each line with what happens next, and what happened; and nothing that a terminal obeys', () => {
    expect(orderText(REPORT).split('\n')).toEqual([
      'Order OF-1: fulfillment_error',
      '  learner  ann',
      '  placed   2026-11-22 12:00:00Z (0 s ago) by staff',
      '  payment  free: settled',
      '  total    4900 minor units of USD',
      '',
      'Line 1: A1, Biology One: open',
      '  product  seat, course-v1:AcmeX+BIO1+2026',
      '  id       l1',
      '  failure  the provider did not answer in time (timeout): Too late\u00b7[2J.',
      '  next     Tried again by itself.',
      '  attempts',
      '    2026-11-22 12:00:00Z  deliver, pending, asked by checkout:staff',
      '',
      'Line 2: A1, Biology One: open',
      '  product  seat, 3 of it',
      '  id       l2',
      '  next     Tried again by itself.',
      '  No attempt was made.',
      '',
      'Payments',
      '  2026-11-22 12:00:00Z  card, captured, 4900 USD, 4900 USD taken, 900 went back, 4000 on its way back, or asked for, pi_2, id p2',
      '    parked   order_expired: ask',
      '    failure  timeout: Too late.',
      '  2026-11-22 12:00:00Z  invoice, captured, 4900 USD, 4900 USD owed, id p1',
      '    declined No funds\u00b7[2J.',
      '',
      'Refunds',
      '  2026-11-22 12:00:00Z  RF-1, money_error, 4000 USD, request, by ann: too hard',
      '    failure  rejected: No.',
      '    next     Waits.',
      '',
      'History',
      '  2026-11-22 12:00:00Z  order, place, nothing -> open, by staff',
      '  2026-11-22 12:00:00Z  line 2, hold, open, by olga: asks the school',
      '  2026-11-22 12:00:00Z  order, correctLearner, open, by olga: typo; changed: learner',
      '',
    ]);
  });
});
