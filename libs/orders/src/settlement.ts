import type { AttemptOutcome } from './fulfillment-attempt.entity.js';
import type { Failure, OrderSnapshot } from './order.snapshot.js';
import type { IdempotencyScope } from './new-order.js';

/** What a claim came to, for its line. */
export type Settlement =
  | { readonly result: 'fulfilled'; readonly receipt: string; readonly reason?: string }
  /** The provider delivers it later: nobody holds it meanwhile. */
  | { readonly result: 'accepted'; readonly reference: string; readonly verifyAfterMs: number; readonly deadlineMs: number }
  /** An accepted line was looked at, and is not there yet: looked at again. */
  | { readonly result: 'still_accepted'; readonly inMs: number }
  /** Not delivered, or nobody knows: waits for its next attempt, or ends `failed` when there is none. */
  | { readonly result: 'failed'; readonly failure: Omit<Failure, 'passing'>; readonly retry: Retry | null; readonly reason?: string }
  /** Never begun: due again at once, no failure, and the attempt does not count. Its `attempt` is null. */
  | { readonly result: 'released' }
  /** An operator will not have it tried again: ends `failed`, with the failure that it has. */
  | { readonly result: 'given_up'; readonly reason: string }
  /** Looked at, and left as it was. */
  | { readonly result: 'unchanged'; readonly reason?: string }
  /** Taken back. `reason` says why nothing had to be taken back, where that is so. */
  | { readonly result: 'revoked'; readonly reason: string | null }
  /** Could not be taken back: the line stays as it was. `failure` where a provider, or its fulfiller, said why. */
  | { readonly result: 'revocation_failed'; readonly reason: string; readonly failure?: Pick<Failure, 'kind' | 'passing'> };

/** When to try again, from now. Whether this attempt counts: one that the provider would not look at does not. */
export interface Retry {
  readonly inMs: number;
  readonly costsAttempt: boolean;
}

/** How the claim's attempt row ends. */
export interface AttemptEnd {
  readonly outcome: Exclude<AttemptOutcome, 'pending'>;
  readonly httpStatus: number | null;
  readonly detail: string | null;
  readonly durationMs: number;
}

/** The end of one claimed line. */
export interface SettledLine {
  readonly lineId: string;
  readonly claimId: string;
  readonly settlement: Settlement;
  /** Null: no call was begun, and the row is taken out again. */
  readonly attempt: AttemptEnd | null;
  /** The next attempt must read back before it calls. */
  readonly mayHaveArrived: boolean;
}

/** The one answer to an idempotency key, made from the order as it stands after the settle, and stored with it. */
export interface AnswerTo {
  readonly scope: IdempotencyScope;
  readonly render: (order: OrderSnapshot) => StoredAnswer;
}

export interface StoredAnswer {
  readonly status: number;
  /** JSON text: a replay is the same to the byte. */
  readonly body: string;
}
