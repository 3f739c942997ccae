import type { RefundSettings } from '#config';
import type { RefundFacts } from '#refunds';
import { refundRules } from './refund-rules.js';

const DAY_MS = 86_400_000;
const FACTS: RefundFacts = { requestedBy: 'learner', sincePaidMs: DAY_MS, amountMinor: 4_900, returnedBeforeMinor: 0, currency: 'USD', access: 'revoke', productTypes: ['seat'], processor: 'card' };

const rule = (settings: Partial<RefundSettings['autoApprove'][number]> = {}): RefundSettings => ({ requestWindowDays: 14, autoApprove: [{ name: 'a', requestedBy: 'any', ...settings }] });

describe('the rules of refunds', () => {
  it('let a learner ask for so many days; or never', () => {
    expect([14, 1, 0].map((requestWindowDays) => refundRules({ requestWindowDays, autoApprove: [] }).requestWindowMs)).toEqual([14 * DAY_MS, DAY_MS, 0]);
  });

  it('approve nothing where there is no rule', () => {
    expect(refundRules({ requestWindowDays: 14, autoApprove: [] }).autoApprove(FACTS)).toBeNull();
  });

  it('approve by the first rule that fits', () => {
    const settings: RefundSettings = { requestWindowDays: 14, autoApprove: [{ name: 'staff', requestedBy: 'staff' }, { name: 'learners', requestedBy: 'learner' }, { name: 'all', requestedBy: 'any' }] };
    const rules = refundRules(settings);
    expect([rules.autoApprove(FACTS), rules.autoApprove({ ...FACTS, requestedBy: 'staff' })]).toEqual(['learners', 'staff']);
  });

  it.each<[string, RefundSettings, Partial<RefundFacts>, boolean]>([
    ['a rule that asks for nothing', rule(), {}, true],
    ['another one who asks', rule({ requestedBy: 'staff' }), {}, false],
    ['the last moment', rule({ withinDays: 1 }), { sincePaidMs: DAY_MS }, true],
    ['a moment later', rule({ withinDays: 1 }), { sincePaidMs: DAY_MS + 1 }, false],
    ['exactly so much', rule({ upTo: { USD: 4_900 } }), {}, true],
    ['a cent more', rule({ upTo: { USD: 4_899 } }), {}, false],
    ['too much with what went back before', rule({ upTo: { USD: 5_000 } }), { returnedBeforeMinor: 101 }, false],
    ['not too much with what went back before', rule({ upTo: { USD: 5_000 } }), { returnedBeforeMinor: 100 }, true],
    ['a currency that is not named', rule({ upTo: { USD: 999_999 } }), { currency: 'EUR' }, false],
    ['a currency called like a member of every object', rule({ upTo: { USD: 999_999 } }), { currency: 'constructor' }, false],
    ['one of the types', rule({ productTypes: ['donation', 'seat'] }), {}, true],
    ['a line of another type', rule({ productTypes: ['seat'] }), { productTypes: ['seat', 'donation'] }, false],
    ['no lines, where types are named', rule({ productTypes: ['seat'] }), { productTypes: [] }, false],
    ['no lines', rule(), { productTypes: [] }, true],
    ['all but one of its conditions', rule({ requestedBy: 'learner', withinDays: 1, upTo: { USD: 4_900 }, productTypes: ['donation'] }), {}, false],
  ])('judge %s', (_, settings, facts, approved) => {
    expect(refundRules(settings).autoApprove({ ...FACTS, ...facts })).toBe(approved ? 'a' : null);
  });
});
