import { paymentEventsCheck } from './payment-events.check.js';

const NOTHING = { waiting: 0, parked: 0, oldestWaitingSeconds: 0, oldestParkedSeconds: 0, oldestDueSeconds: 0 };

describe('the check of the payment events', () => {
  it.each([
    [{}, 'ok', 'Every event of a payment gateway was dealt with.', null],
    [{ waiting: 2, oldestWaitingSeconds: 900, oldestDueSeconds: 25 }, 'ok', '2 waiting, the oldest for 15 min; 0 parked.', null],
    [{ waiting: 2, oldestWaitingSeconds: 26, oldestDueSeconds: 25.1 }, 'warn', '2 waiting', 'See to it that a worker runs'],
    [{ waiting: 1, oldestWaitingSeconds: 901 }, 'warn', '1 waiting', 'cannot be asked'],
    [{ parked: 1, oldestParkedSeconds: 7_200 }, 'warn', '0 waiting; 1 parked, the oldest for 2 h.', '--status parked'],
    [{ parked: 1, waiting: 1, oldestWaitingSeconds: 7_200, oldestDueSeconds: 7_200 }, 'warn', '1 parked', '--status parked. See to it that a worker runs'],
  ])('judges %j: %s', async (change, verdict, fact, advice) => {
    const found = await paymentEventsCheck(() => Promise.resolve({ ...NOTHING, ...change }), { sweepIntervalMs: 5_000 });
    expect(found).toEqual({ verdict, fact: expect.stringContaining(fact) as string, advice: advice === null ? null : (expect.stringContaining(advice) as string) });
  });
});
