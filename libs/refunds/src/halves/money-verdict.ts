import type { FailureKind } from '#orders';
import type { GatewayFailure, GatewayRefund } from '#payments';
import type { OurStanding } from '../outside/our-standing.js';
import type { Refund } from '../refund.js';

/** What an attempt at the money came to. `round` and `failedReferences` as they are afterwards. */
export type MoneyVerdict = Rounds &
  (
    | { readonly result: 'returned'; readonly reference: string }
    /** The gateway has taken it on. */
    | { readonly result: 'waiting'; readonly reference: string }
    | MoneyFailure
  );

export interface Rounds {
  readonly round: number;
  readonly failedReferences: readonly string[];
}

export interface MoneyFailure {
  readonly result: 'failed';
  readonly failure: { readonly kind: FailureKind; readonly detail: string };
  readonly passing: boolean;
  readonly retryAfterMs: number | null;
  readonly mayHaveArrived: boolean;
}

/** Read back: the end of it, or null where the gateway is to be asked for the money, in the round that the refund then has. */
export function readBackVerdict(refund: Pick<Refund, 'amountMinor' | 'reference' | 'round' | 'failedReferences'>, standing: OurStanding): { readonly verdict: MoneyVerdict | null; readonly rounds: Rounds } {
  const rounds = standing.result === 'failed' ? roundsAfter(refund, standing.references) : { round: refund.round, failedReferences: refund.failedReferences };
  if (standing.result === 'absent') return { verdict: null, rounds };
  if (standing.result !== 'failed' && standing.amountMinor !== refund.amountMinor) return { verdict: { ...rounds, ...otherAmount(refund.amountMinor, standing) }, rounds };
  if (standing.result !== 'failed') return { verdict: { ...rounds, result: standing.result === 'succeeded' ? 'returned' : 'waiting', reference: standing.reference }, rounds };
  // Of what the gateway had told us that it had taken on, an operator should hear; what nobody was told of is asked for again.
  const wasTakenOn = refund.reference !== null && standing.references.includes(refund.reference);
  return { verdict: wasTakenOn ? { ...rounds, ...refusedByGateway(standing.detail) } : null, rounds };
}

/** The gateway's answer to the call. */
export function answerVerdict(rounds: Rounds, { amountMinor }: Pick<Refund, 'amountMinor'>, answer: GatewayRefund): MoneyVerdict {
  const { reference, status } = answer;
  if (status === 'failed') return { ...roundsAfter(rounds, [reference]), ...refusedByGateway(answer.detail ?? 'The gateway says that the refund failed.') };
  if (answer.amountMinor !== amountMinor) return { ...rounds, ...otherAmount(amountMinor, answer) };
  return { ...rounds, result: status === 'succeeded' ? 'returned' : 'waiting', reference };
}

/** A call that was not answered as it should be. A lasting refusal of the call itself says that nothing had arrived; whoever was not even called says nothing new of that. */
export function failureVerdict(rounds: Rounds, { kind, detail, passing, retryAfterMs, mayHaveArrived }: GatewayFailure, { wasCalled, mayHaveBefore }: { readonly wasCalled: boolean; readonly mayHaveBefore: boolean }): MoneyVerdict {
  const mayHave = wasCalled && !passing ? mayHaveArrived : mayHaveBefore || (wasCalled && mayHaveArrived);
  return { ...rounds, result: 'failed', failure: { kind, detail }, passing, retryAfterMs, mayHaveArrived: mayHave };
}

/** Another key is used after these. */
export function roundsAfter({ round, failedReferences }: Rounds, failed: readonly string[]): Rounds {
  return { round: round + 1, failedReferences: [...failedReferences, ...failed] };
}

/** It is not what was asked for: a person looks at it, and it counts neither as returned nor as free. */
export function otherAmount(askedMinor: number, { reference, amountMinor }: Pick<GatewayRefund, 'reference' | 'amountMinor'>): MoneyFailure {
  const wayOut = amountMinor < askedMinor ? 'To take it for the refund, once it is done there, retry with acceptReturned (--accept-returned): the rest may then be returned by another refund.' : 'More than was asked for is not accepted: clear it with the gateway.';
  const detail = `The gateway returned ${amountMinor} instead of ${askedMinor} (minor units), as ${reference}. Look at its console before anything else. ${wayOut}`;
  return { result: 'failed', failure: { kind: 'configuration', detail }, passing: false, retryAfterMs: null, mayHaveArrived: true };
}

function refusedByGateway(detail: string): MoneyFailure {
  return { result: 'failed', failure: { kind: 'rejected', detail }, passing: false, retryAfterMs: null, mayHaveArrived: false };
}
