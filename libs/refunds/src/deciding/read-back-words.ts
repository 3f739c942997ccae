import { isMoneyGone, type Refund } from '../refund.js';
import { RefundStateError } from '../refunds.errors.js';
import type { OurStanding } from '../outside/our-standing.js';

/** What went back of a refund, as its gateway has it. */
type Returned = Extract<OurStanding, { result: 'succeeded' | 'pending' }>;

/** Why a refund that failed is not denied, after what its gateway has of it was written; null: nothing of it has gone back. */
export function whyNotDenied(refund: Pick<Refund, 'origin' | 'status' | 'moneyIsBack' | 'amountMinor' | 'mayHaveArrived'>, standing: OurStanding): string | null {
  if (isMoneyGone(refund)) return 'the gateway has returned its money after all, so it cannot be denied. Its access follows by itself';
  if (standing.result === 'succeeded') return `the gateway has returned ${standing.amountMinor} instead of ${refund.amountMinor} (minor units), so it cannot be denied. Its failure says what can be done`;
  if (standing.result === 'pending') return 'the gateway has taken it on, so it cannot be denied';
  if (refund.mayHaveArrived) return 'its money may be on its way, and nobody has found out. Retry it: that reads back first';
  return null;
}

/** What can be taken for the refund: less than was asked for. @throws {RefundStateError} where nothing differs, or nothing went back. */
export function acceptable({ number, status, amountMinor }: Pick<Refund, 'number' | 'status' | 'amountMinor'>, standing: OurStanding): Returned {
  if (status !== 'money_error') throw new RefundStateError(number, status, 'what a gateway returned can be accepted of a refund that is money_error');
  const refuse = (why: string) => new RefundStateError(number, status, `${why}. Retry it without accepting anything`);
  if (standing.result === 'pending') throw refuse('the gateway has taken it on, and has not returned anything yet');
  if (standing.result !== 'succeeded') throw refuse('the gateway has returned nothing, so there is nothing to accept');
  if (standing.amountMinor === amountMinor) throw refuse('the gateway has returned what it was asked for, so there is nothing to accept');
  if (standing.amountMinor > amountMinor) throw new RefundStateError(number, status, `the gateway has returned ${standing.amountMinor} instead of ${amountMinor} (minor units). More than was asked for is not accepted: clear it with the gateway`);
  return standing;
}

/** A decision by what was read before somebody else did something would be one in a doubt. @throws {RefundStateError} */
export function assertUnchanged(asRead: Pick<Refund, 'status' | 'round' | 'mayHaveArrived'>, { number, status, round, mayHaveArrived }: Refund): void {
  if (asRead.status === status && asRead.round === round && asRead.mayHaveArrived === mayHaveArrived) return;
  throw new RefundStateError(number, status, 'somebody did something about it just now. Read it again');
}
