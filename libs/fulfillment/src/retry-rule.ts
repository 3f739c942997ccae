import type { Retry } from '#orders';

/** What decides about another attempt. */
export interface RetryFacts {
  readonly productType: string;
  readonly kind: string;
  readonly httpStatus: number | null;
  /** Worth trying again, as the fulfiller says. */
  readonly passing: boolean;
  /** The provider asked us to wait this long. */
  readonly retryAfterMs: number | null;
  /** Attempts since the line was paid or last sent again that count, this one included. */
  readonly tries: number;
  /** Attempts in a row that failed with this kind, this one included. */
  readonly times: number;
  /** How the attempt before this one failed; null where there was none. */
  readonly previous: { readonly kind: string; readonly httpStatus: number | null } | null;
  /** Since it was paid or last sent again, by the database's clock. */
  readonly ageMs: number;
}

/** When to try again, or null: it waits for an operator. The apps bind the scheduler's policy to it. */
export type RetryRule = (facts: RetryFacts) => Retry | null;

export const RETRY_RULE = Symbol('RETRY_RULE');
