/** When a failed delivery is tried again. All durations in milliseconds. */
export interface RetryPolicy {
  /** The longest wait before the second try; it doubles with each try. */
  readonly baseMs: number;
  /** No wait of our own choosing is longer. */
  readonly maxDelayMs: number;
  /** From this age on it waits for an operator. */
  readonly maxAgeMs: number;
  /** Of failures of one kind in a row. Null: age alone is the limit. */
  readonly maxAttempts: number | null;
}

/** What is known of a failed attempt, and of the line it failed for. */
export interface RetryFacts {
  readonly productType: string;
  readonly kind: string;
  readonly httpStatus: number | null;
  /** Whether it may pass by itself. */
  readonly passing: boolean;
  /** What the provider asked for. */
  readonly retryAfterMs: number | null;
  /** Attempts that count, since the line was placed or sent again; this one included, if it counts. */
  readonly tries: number;
  /** Attempts in a row that failed with this kind, this one included. */
  readonly times: number;
  /** How the attempt before this one failed; null where there was none. */
  readonly previous: { readonly kind: string; readonly httpStatus: number | null } | null;
  /** Since it was placed or last sent again, by the database's clock. */
  readonly ageMs: number;
}

export interface Retry {
  readonly inMs: number;
  /** False: the provider asked us to slow down, which is no fault of the line. */
  readonly costsAttempt: boolean;
}

/** Beyond this, doubling only leaves the range of exact numbers. */
const MAX_DOUBLINGS = 50;

/**
 * When to try again, or null: never, it waits for an operator.
 *
 * Full jitter: any wait up to the doubled one is as likely. A provider's `Retry-After` wins when it is longer, but parks no line for
 * longer than `maxAgeMs`. The age is compared now and not at the time of the retry: so one last try comes after the limit, and a
 * provider that recovers within `maxAgeMs` is always asked once more.
 */
export function nextAttempt(policy: RetryPolicy, facts: Omit<RetryFacts, 'productType' | 'httpStatus' | 'previous'>, random: () => number): Retry | null {
  const costsAttempt = facts.kind !== 'throttled';
  if (!facts.passing || facts.ageMs >= policy.maxAgeMs) return null;
  if (costsAttempt && policy.maxAttempts !== null && facts.times >= policy.maxAttempts) return null;
  const askedForMs = Math.min(facts.retryAfterMs ?? 0, policy.maxAgeMs);
  return { inMs: Math.max(jitteredMs(policy, facts.tries, random), askedForMs), costsAttempt };
}

function jitteredMs({ baseMs, maxDelayMs }: RetryPolicy, tries: number, random: () => number): number {
  const doublings = Math.min(Math.max(tries - 1, 0), MAX_DOUBLINGS);
  const longestMs = Math.floor(Math.min(maxDelayMs, baseMs * 2 ** doublings));
  return 1 + Math.floor(random() * Math.max(longestMs, 1));
}
