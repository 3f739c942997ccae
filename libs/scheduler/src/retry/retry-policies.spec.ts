import { policyFor, retryRule, type RetryPolicies } from './retry-policies.js';

const defaults = { baseMs: 5_000, maxDelayMs: 900_000, maxAgeMs: 86_400_000 };
const of = (kind: string, httpStatus: number | null = null, productType = 'seat') => ({ productType, kind, httpStatus });
const policies = (rest: Partial<RetryPolicies>): RetryPolicies => ({ defaults, byProductType: new Map(), ...rest });

describe('policyFor', () => {
  it('takes the defaults for what nobody speaks of', () => {
    expect(policyFor(policies({}), of('server', 503))).toEqual({ ...defaults, maxAttempts: null });
  });

  it('gives a refusal five attempts, and a learner who has no account yet thirty days', () => {
    expect(policyFor(policies({}), of('rejected', 400))).toEqual({ ...defaults, maxAttempts: 5 });
    expect(policyFor(policies({}), of('rejected', 406))).toEqual({ baseMs: 600_000, maxDelayMs: 21_600_000, maxAgeMs: 2_592_000_000, maxAttempts: null });
  });

  it.each([
    ["the product type's kind and status", {}, 6],
    ["the product type's kind", { type: ['server/503'] }, 5],
    ["the product type's default", { type: ['server/503', 'server'] }, 4],
    ['the kind and status of all types', { type: ['server/503', 'server', 'default'] }, 3],
    ['the kind of all types', { type: ['server/503', 'server', 'default'], all: ['server/503'] }, 2],
    ['the default of all types', { type: ['server/503', 'server', 'default'], all: ['server/503', 'server'] }, 1],
  ])('asks %s before what is less specific', (_, without: { type?: string[]; all?: string[] }, baseMs) => {
    const overrides = { default: { baseMs: 1 }, server: { baseMs: 2 }, 'server/503': { baseMs: 3 } };
    const ofType = { default: { baseMs: 4 }, server: { baseMs: 5 }, 'server/503': { baseMs: 6 } };
    const less = <T extends object>(all: T, keys: string[] = []) => Object.fromEntries(Object.entries(all).filter(([key]) => !keys.includes(key)));
    const given = policies({ overrides: less(overrides, without.all), byProductType: new Map([['seat', less(ofType, without.type)]]) });
    expect(policyFor(given, of('server', 503)).baseMs).toBe(baseMs);
  });

  it('merges field by field, and leaves other product types alone', () => {
    const given = policies({ byProductType: new Map([['voucher', { default: { maxAttempts: 2 }, server: { maxDelayMs: 9 } }]]) });
    expect(policyFor(given, of('server', 500, 'voucher'))).toEqual({ ...defaults, maxDelayMs: 9, maxAttempts: 2 });
    expect(policyFor(given, of('server', 500))).toEqual({ ...defaults, maxAttempts: null });
  });

  it('takes no policy from what every object has', () => {
    expect(policyFor(policies({}), of('constructor'))).toEqual({ ...defaults, maxAttempts: null });
  });
});

it('retryRule asks the policy of the failure', () => {
  const rule = retryRule(policies({ byProductType: new Map([['seat', { network: { maxAttempts: 1 } }]]) }), () => 0);
  const facts = { passing: true, retryAfterMs: null, tries: 1, times: 1, previous: null, ageMs: 0 };
  expect(rule({ ...of('network'), ...facts })).toBeNull();
  expect(rule({ ...of('server', 503), ...facts })).toEqual({ inMs: 1, costsAttempt: true });
});

describe('a line that waits for long', () => {
  const rule = retryRule(policies({ byProductType: new Map() }), () => 0);
  const facts = { ...of('rejected', 406), passing: true, retryAfterMs: null, tries: 12, times: 1, ageMs: 30 * 3_600_000 };
  const unknownLearner = { kind: 'rejected', httpStatus: 406 };

  it.each([['server', 503], ['throttled', 429], ['network', null]] as const)('does not end because the provider hiccups once (%s) after the age of other failures', (kind, httpStatus) => {
    expect(rule({ ...facts, ...of(kind, httpStatus ?? undefined), previous: unknownLearner })).not.toBeNull();
    expect(rule({ ...facts, ...of(kind, httpStatus ?? undefined), previous: { kind, httpStatus } })).toBeNull();
  });

  it('counts its attempts by failures of one kind in a row: an outage before them costs none', () => {
    const closed = { ...facts, ...of('rejected', 400), ageMs: 0, previous: { kind: 'server', httpStatus: 503 } };
    expect(rule({ ...closed, times: 1 })).not.toBeNull();
    expect(rule({ ...closed, times: 5 })).toBeNull();
  });
});
