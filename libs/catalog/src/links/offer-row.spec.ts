import type { Offer } from './offer.js';
import { nextChangeAt, offerOf, type OfferRow } from './offer-row.js';

const AT = new Date('2027-01-01T00:00:00Z');
const after = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const ROW: OfferRow = { sku: 'A', product_type: 'seat', details: {}, available_from: null, available_until: null, not_yet: null, over: null };
const offer = (changes: Partial<Offer>): Offer => ({ ...offerOf(ROW), ...changes });
const rule = { partner: null, coursePattern: '*', percentage: 100, startsAt: after(7), endsAt: null };
const rollout = { enabled: true, rules: [rule] };

describe('an offer', () => {
  it.each([
    [{}, 'available'],
    [{ not_yet: false, over: false }, 'available'],
    [{ not_yet: true, over: false }, 'not_yet_sold'],
    [{ not_yet: false, over: true }, 'no_longer_sold'],
    [{ not_yet: true, over: true }, 'no_longer_sold'],
  ])('with %j is %s', (row, availability) => {
    expect(offerOf({ ...ROW, ...row }).availability).toBe(availability);
  });
});

describe('offers change by themselves', () => {
  const next = (offers: Offer[], hasLegacy = false) => nextChangeAt(offers, { at: AT, rollout, hasLegacy });

  it('when the first window of them opens or closes', () => {
    expect(next([offer({ availableUntil: after(9) }), offer({ availableFrom: after(3), availableUntil: after(20), availability: 'not_yet_sold' })])).toEqual(after(3));
    expect(next([offer({ availableFrom: after(-5), availableUntil: after(9) })])).toEqual(after(9));
    expect(next([offer({ availableUntil: after(0) })])).toEqual(after(0));
  });

  it('when the rollout does, where there is an old workflow', () => {
    expect(next([offer({ availableUntil: after(9) })], true)).toEqual(after(7));
    expect(next([offer({ availableUntil: after(9) })], false)).toEqual(after(9));
  });

  it('never where nothing lies ahead, or the sale is over anyway', () => {
    expect(next([offer({ availableFrom: after(-5) }), offer({ availability: 'no_longer_sold', availableUntil: after(5) })])).toBeNull();
    expect(next([])).toBeNull();
  });
});
