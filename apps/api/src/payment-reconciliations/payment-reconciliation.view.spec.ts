import { DIFFERENCE_KINDS, type ReconciliationRun } from '#payments';
import { PaymentReconciliationSchema } from './payment-reconciliation.schema.js';
import { paymentReconciliationView } from './payment-reconciliation.view.js';

const AT = new Date('2026-11-22T10:00:00.000Z');
const DIFFERENCES = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as NonNullable<ReconciliationRun['last']>['differences'];
const FOUND = { kind: 'here_not_there', orderNumber: 'OF-1', paymentId: 'p', reference: 'pi_1', captureReference: null, ours: { capturedMinor: 4_900, refundedMinor: 0, currency: 'USD' }, theirs: null, detail: 'Look.', repair: null } as const;
const LAST = { startedAt: AT, endedAt: AT, since: AT, until: AT, end: 'failed', failure: { kind: 'server', detail: 'No.' }, listed: 1, own: 2, readBack: 3, repaired: false, settled: 0, differences: { ...DIFFERENCES, here_not_there: 1 }, findings: [FOUND] } as const;

it.each<[string, ReconciliationRun]>([
  ['that was never made', { processor: 'card', nextRunAt: AT, overdueSeconds: 0, isRunning: true, lastCompleteAt: null, secondsSinceComplete: null, last: null }],
  ['that was made', { processor: 'card', nextRunAt: AT, overdueSeconds: 5, isRunning: false, lastCompleteAt: AT, secondsSinceComplete: 60, last: LAST }],
])('a reconciliation %s is shown as the description of the API says, and no member of it is missing', (_, run) => {
  const shown = paymentReconciliationView(run);
  expect(PaymentReconciliationSchema.parse(shown)).toEqual(shown);
  expect(shown.nextRunAt).toBe('2026-11-22T10:00:00.000Z');
  expect(shown.last?.findings).toEqual(run.last?.findings);
});
