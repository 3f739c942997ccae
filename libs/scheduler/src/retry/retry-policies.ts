import { nextAttempt, type Retry, type RetryFacts, type RetryPolicy } from './retry-policy.js';

/** By failure kind (`server`), by kind and HTTP status (`rejected/406`), or for all (`default`): the fields that differ. */
export type RetryOverrides = Readonly<Partial<Record<string, Partial<RetryPolicy>>>>;

export interface RetryPolicies {
  /** From the environment. */
  readonly defaults: Pick<RetryPolicy, 'baseMs' | 'maxDelayMs' | 'maxAgeMs'>;
  /** For every product type, over the built-in ones. */
  readonly overrides?: RetryOverrides;
  readonly byProductType: ReadonlyMap<string, RetryOverrides>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What holds unless it is overridden. The learner of a 406 may be about to get his account: that is waited for slowly, and for long. */
export const BUILT_IN_RETRY_OVERRIDES = {
  rejected: { maxAttempts: 5 },
  'rejected/406': { baseMs: 10 * MINUTE_MS, maxDelayMs: 6 * HOUR_MS, maxAgeMs: 30 * 24 * HOUR_MS, maxAttempts: null },
} as const satisfies RetryOverrides;

/** The one rule of a running service: when a failure is tried again. */
export function retryRule(policies: RetryPolicies, random: () => number = Math.random): (facts: RetryFacts) => Retry | null {
  return (facts) => nextAttempt(agedPolicy(policies, facts), facts, random);
}

/** What is waited for long, such as a learner's account, does not end because the provider happens to be away at the limit of another failure. */
function agedPolicy(policies: RetryPolicies, facts: RetryFacts): RetryPolicy {
  const policy = policyFor(policies, facts);
  if (!facts.previous) return policy;
  return { ...policy, maxAgeMs: Math.max(policy.maxAgeMs, policyFor(policies, { productType: facts.productType, ...facts.previous }).maxAgeMs) };
}

/**
 * The policy for a failure, field by field: its product type's word on kind and status, on the kind, on all; then the same three for every
 * product type. So the `default` of a product type also goes before what is said of a kind for all types.
 */
export function policyFor(policies: RetryPolicies, { productType, kind, httpStatus }: Pick<RetryFacts, 'productType' | 'kind' | 'httpStatus'>): RetryPolicy {
  const keys = ['default', kind, `${kind}/${String(httpStatus)}`];
  const ofAll = keys.flatMap((key) => [own(BUILT_IN_RETRY_OVERRIDES, key), own(policies.overrides, key)]);
  const ofType = keys.map((key) => own(policies.byProductType.get(productType), key));
  return Object.assign({ maxAttempts: null, ...policies.defaults }, ...ofAll, ...ofType) as RetryPolicy;
}

/** What is wrong with policies as they come together: a sentence for each product type and failure whose waits could never be. */
export function wrongPolicies(policies: RetryPolicies): string[] {
  return [...policies.byProductType].flatMap(([productType, overrides]) => Object.keys(overrides).flatMap((key) => wrongPolicy(policies, productType, key)));
}

function wrongPolicy(policies: RetryPolicies, productType: string, key: string): string[] {
  const [kind = '', status] = key.split('/');
  const { baseMs, maxDelayMs, maxAgeMs } = policyFor(policies, { productType, kind, httpStatus: status === undefined ? null : Number(status) });
  const where = `${productType}.retry.${key}`;
  return [
    ...(baseMs > maxDelayMs ? [`${where}: baseMs (${baseMs}) is longer than maxDelayMs (${maxDelayMs})`] : []),
    ...(maxDelayMs > maxAgeMs ? [`${where}: maxDelayMs (${maxDelayMs}) is longer than maxAgeMs (${maxAgeMs})`] : []),
  ];
}

function own(overrides: RetryOverrides | undefined, key: string): Partial<RetryPolicy> | undefined {
  return overrides !== undefined && Object.hasOwn(overrides, key) ? overrides[key] : undefined;
}
