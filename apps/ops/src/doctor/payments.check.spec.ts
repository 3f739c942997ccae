import type { PaymentWatchFigures } from '#payments';
import { paymentsCheck } from './payments.check.js';

const NOTHING: PaymentWatchFigures = { failing: [], oldestDueSeconds: 0, oldestExpiryDueSeconds: 0 };
const found = (figures: Partial<PaymentWatchFigures>) => paymentsCheck(() => Promise.resolve({ ...NOTHING, ...figures }), { sweepIntervalMs: 5_000 });

describe('the check of the payments', () => {
  it.each<[Partial<PaymentWatchFigures>, string, string, string | null]>([
    [{}, 'ok', 'Every payment can be read back, and none is overdue.', null],
    [{ oldestDueSeconds: 25, oldestExpiryDueSeconds: 25 }, 'ok', 'Every payment can be read back', null],
    [{ failing: [{ processor: 'stripe', kind: 'configuration', count: 3 }, { processor: 'paypal', kind: 'network', count: 1 }] }, 'warn', '3 of stripe could not be read back (configuration); 1 of paypal could not be read back (network).', 'failing=true says why'],
    [{ oldestDueSeconds: 120 }, 'warn', 'the oldest read-back is overdue for 2 min.', 'See to it that a worker runs'],
    [{ oldestExpiryDueSeconds: 7_200 }, 'warn', 'the end of the oldest unpaid order is overdue for 2 h.', 'See to it that a worker runs'],
    [{ failing: [{ processor: 'stripe', kind: 'server', count: 1 }], oldestDueSeconds: 120 }, 'warn', '(server); the oldest', 'says why. See to it'],
  ])('judges %j: %s', async (figures, verdict, fact, advice) => {
    expect(await found(figures)).toEqual({ verdict, fact: expect.stringContaining(fact) as string, advice: advice === null ? null : (expect.stringContaining(advice) as string) });
  });
});
