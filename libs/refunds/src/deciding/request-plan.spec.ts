import { planOf, type RefundableOrder, type WantedRefund } from './request-plan.js';

const line = (id: string, unitPriceMinor: number, { quantity = 1, status = 'fulfilled' as const } = {}) => ({ id, unitPriceMinor, quantity, status });
const order = (change: Partial<RefundableOrder> = {}): RefundableOrder => ({ number: 'OF-1', currency: 'USD', pricedIn: 'USD', lines: [line('a', 100), line('b', 50, { quantity: 3 })], living: new Set(), remainsMinor: 250, paidMinor: 250, ...change });
const plan = (wanted: Partial<WantedRefund>, of = order()) => planOf({ orderNumber: 'OF-1', reason: 'x', ...wanted }, of);

describe('planOf', () => {
  it.each<[string, Partial<WantedRefund>, Partial<RefundableOrder>, unknown]>([
    ['all', {}, {}, { lineIds: ['a', 'b'], amountMinor: 250, access: 'revoke' }],
    ['a line at its full price', { lineIds: ['b'] }, {}, { lineIds: ['b'], amountMinor: 150, access: 'revoke' }],
    ['no more than remains', { lineIds: ['b'] }, { remainsMinor: 40 }, { lineIds: ['b'], amountMinor: 40, access: 'revoke' }],
    ['all but what is taken already', {}, { living: new Set(['a']), remainsMinor: 150 }, { lineIds: ['b'], amountMinor: 150, access: 'revoke' }],
    ['a line at an amount that is said, where another currency was paid', { lineIds: ['a'], amountMinor: 90 }, { currency: 'EUR' }, { lineIds: ['a'], amountMinor: 90, access: 'revoke' }],
    ['money alone', { amountMinor: 10 }, {}, { lineIds: [], amountMinor: 10, access: 'keep' }],
    ['the price of a line that the learner keeps', { lineIds: ['a'], access: 'keep' }, {}, { lineIds: [], amountMinor: 100, access: 'keep' }],
    ['access that the caller takes', { lineIds: ['a'], access: 'caller' }, {}, { lineIds: ['a'], amountMinor: 100, access: 'caller' }],
    ['access alone, where all money went back before', {}, { remainsMinor: 0 }, { lineIds: ['a', 'b'], amountMinor: 0, access: 'revoke' }],
    ['the money that is left, where all was taken back before', {}, { living: new Set(['a', 'b']), remainsMinor: 5 }, { lineIds: [], amountMinor: 5, access: 'keep' }],
  ])('plans %s', (_, wanted, change, expected) => {
    expect(plan(wanted, order(change))).toEqual(expected);
  });

  it('says where nothing was paid, and where the rest went back', () => {
    expect(() => plan({ amountMinor: 5 }, order({ remainsMinor: 0, paidMinor: 0 }))).toThrow('Nothing was paid, so no money can go back');
    expect(() => plan({ amountMinor: 5 }, order({ remainsMinor: 0 }))).toThrow('Only 0 USD');
  });

  it.each<[string, Partial<WantedRefund>, Partial<RefundableOrder>, string]>([
    ['more than remains', { amountMinor: 251 }, {}, 'over_refund'],
    ['an amount that is none', { amountMinor: Number.NaN }, {}, 'amount_invalid'],
    ['Infinity', { amountMinor: Infinity }, {}, 'amount_invalid'],
    ['nothing of something', { lineIds: ['a'], amountMinor: 0 }, {}, 'amount_invalid'],
    ["a line's price in another currency than was paid", { lineIds: ['a'] }, { currency: 'EUR' }, 'amount_invalid'],
    ['a line twice', { lineIds: ['a', 'a'] }, {}, 'duplicate_lines'],
    ['a line of another order', { lineIds: ['c'] }, {}, 'line_not_found'],
    ['a line that a refund takes already', { lineIds: ['a'] }, { living: new Set(['a']) }, 'already_refunded'],
    ['no lines', { lineIds: [] }, {}, 'lines_required'],
    ['access of it is not said what', { amountMinor: 1, access: 'caller' }, {}, 'lines_required'],
    ['what is all gone', {}, { living: new Set(['a', 'b']), remainsMinor: 0 }, 'nothing_to_refund'],
  ])('refuses %s', (_, wanted, change, code) => {
    const refusal = (): unknown => {
      try {
        return plan(wanted, order(change));
      } catch (error) {
        return error;
      }
    };
    expect(refusal()).toMatchObject({ code });
  });
});
