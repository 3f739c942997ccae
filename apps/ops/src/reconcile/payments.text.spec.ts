import { DIFFERENCE_KINDS, type PaymentDifference, type ReconciliationSummary } from '#payments';
import { jsonReport, textReport, type ReconcileOutcome } from './payments.text.js';

const NONE = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as ReconciliationSummary['differences'];
const SPAN = { processor: 'card', since: new Date('2026-11-19T10:00:00.000Z'), until: new Date('2026-11-22T10:00:00.000Z') };
const outcome = (change: Partial<ReconcileOutcome> = {}): ReconcileOutcome => ({ ...SPAN, listed: 3, own: 2, readBack: 1, differences: NONE, settled: 0, end: 'complete', failure: null, ...change });
const difference = (change: Partial<PaymentDifference> = {}): PaymentDifference => ({
  kind: 'amount_differs', orderNumber: 'OF-1', paymentId: 'p-1', reference: 'pi_1', captureReference: 'ch_1',
  ours: { capturedMinor: 4_900, refundedMinor: 0, currency: 'USD' }, theirs: { capturedMinor: 4_901, refundedMinor: 100, currency: 'USD' }, detail: 'Look it up.', repair: null, ...change,
});

function text(differences: readonly PaymentDifference[], came: ReconcileOutcome, isRepair = false): string {
  let written = '';
  const report = textReport((part) => (written += part), isRepair);
  for (const one of differences) report.add('card', one);
  report.done(came);
  report.end();
  return written;
}

describe('a comparison in words', () => {
  it('without a difference is two lines', () => {
    expect(text([], outcome())).toBe('card, 2026-11-19 10:00:00Z to 2026-11-22 10:00:00Z: 3 listed there, 2 captured here, 1 read back.\nNo difference.\n');
  });

  it('shows each difference in a row, and each sentence on what to do once', () => {
    const written = text([difference(), difference({ orderNumber: 'OF-2', ours: null })], outcome({ differences: { ...NONE, amount_differs: 2 } }));
    expect(written).toMatch(/^difference +order +payment +at the gateway +ours \(minor units\) +theirs +repair\namount differs +OF-1 +p-1 +pi_1 ch_1 +4900 USD +4901 USD, 100 back +-\namount differs +OF-2 .* -  +4901 USD/);
    expect(written.match(/Look it up\./g)).toHaveLength(1);
    expect(written).toMatch(/\n2 differences: 2 amount differs\.\nNothing was changed\. --repair reads back/);
  });

  it('says what a repair has settled, and what is left', () => {
    const written = text([difference({ repair: 'settled' }), difference({ repair: 'stays' })], outcome({ differences: { ...NONE, amount_differs: 1 }, settled: 1 }), true);
    expect(written).toMatch(/\n1 difference left: 1 amount differs; 1 repaired\.\n$/);
    expect(text([difference({ repair: 'settled' })], outcome({ settled: 1 }), true)).toMatch(/\nNo difference; 1 repaired\.\n$/);
  });

  it.each<[Partial<ReconcileOutcome>, string]>([
    [{ end: 'failed', failure: { kind: 'server', detail: 'Out of\u001b order.' } }, 'the gateway could not be asked: Out of\u00b7 order.'],
    [{ end: 'stopped' }, 'It was interrupted: not everything was compared.'],
  ])('says when it was not made to the end: %j', (change, sentence) => {
    expect(text([], outcome(change))).toContain(sentence);
  });

  it('shows a thousand rows and counts the rest', () => {
    const many = Array.from({ length: 1_200 }, (_, index) => difference({ orderNumber: `OF-${index}` }));
    const written = text(many, outcome({ differences: { ...NONE, amount_differs: 1_200 } }));
    expect(written).toMatch(/\n\.\.\. and 200 more: choose a shorter time, or say --json\.\n/);
    expect(written).not.toContain('OF-1000');
  });

  it('in JSON is one line', () => {
    let written = '';
    const report = jsonReport((part) => (written += part));
    report.end();
    expect(JSON.parse(written)).toEqual({ differences: [], runs: [] });
    written = '';
    const full = jsonReport((part) => (written += part));
    full.add('card', difference());
    full.add('card', difference({ orderNumber: 'OF-2' }));
    full.done(outcome());
    full.end();
    expect(written).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(written)).toMatchObject({ differences: [{ processor: 'card', orderNumber: 'OF-1', kind: 'amount_differs' }, { orderNumber: 'OF-2' }], runs: [{ processor: 'card', end: 'complete', since: '2026-11-19T10:00:00.000Z' }] });
  });
});
