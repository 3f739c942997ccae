import type { ParkedFigures } from '#payments';
import type { RefundFigures } from '#refunds';
import { refundsCheck } from './refunds.check.js';

const HOUR_MS = 3_600_000;
const NONE: RefundFigures = { byStatus: {}, oldestMoneyMs: null, oldestAccessMs: null };
const PARKED: ParkedFigures = { byCause: { order_expired: 0 } as ParkedFigures['byCause'], toDecide: 0 };

const found = (refunds: Partial<RefundFigures>, parked: Partial<ParkedFigures> = {}) => refundsCheck(() => Promise.resolve({ ...NONE, ...refunds }), () => Promise.resolve({ ...PARKED, ...parked }));

describe('the check of the refunds', () => {
  it.each<[Partial<RefundFigures>, Partial<ParkedFigures>, string, string]>([
    [{}, {}, 'ok', 'Every refund is over, and no payment is parked.'],
    [{ byStatus: { requested: 2, approved: 1 }, oldestMoneyMs: HOUR_MS }, {}, 'ok', '2 to be decided; 1 with the money before them (the oldest for 60 min), 0 with the access; 0 failed; 0 payments parked, 0 of them for an operator.'],
    [{ byStatus: { approved: 1 }, oldestMoneyMs: HOUR_MS + 1 }, {}, 'warn', '1 with the money'],
    [{ byStatus: { money_returned: 1 }, oldestAccessMs: 3 * HOUR_MS }, {}, 'warn', '1 with the access (the oldest for 3 h)'],
    [{ byStatus: { money_error: 1, access_error: 2 } }, {}, 'warn', '3 failed'],
    [{}, { byCause: { order_expired: 2 } as ParkedFigures['byCause'] }, 'ok', '2 payments parked, 0 of them for an operator'],
    [{}, { byCause: { order_expired: 2 } as ParkedFigures['byCause'], toDecide: 1 }, 'warn', '1 of them for an operator'],
  ])('judges %j and %j: %s', async (refunds, parked, verdict, fact) => {
    expect(await found(refunds, parked)).toMatchObject({ verdict, fact: expect.stringContaining(fact) });
  });

  it('says what to do about each', async () => {
    const { advice } = await found({ byStatus: { money_error: 1, approved: 1 }, oldestMoneyMs: 2 * HOUR_MS }, { toDecide: 1 });
    expect(advice).toMatch(/--status money_error.*npm run ops -- refunds\. .*parked=ask/);
  });
});
