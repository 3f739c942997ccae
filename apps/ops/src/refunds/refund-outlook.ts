import type { Refund } from '#refunds';
import { momentFrom } from '../command/time.js';

/** What an outlook is told from. */
export type RefundFacts = Pick<Refund, 'number' | 'origin' | 'status' | 'failure' | 'mayHaveArrived' | 'moneyIsBack' | 'isWorkedOn' | 'nextAttemptAt'>;

/** What happens next to a refund, in sentences. `now` is the database's. */
export function refundOutlook(refund: RefundFacts, now: Date): string {
  const { number, status } = refund;
  const say = (act: string) => `npm run ops -- refunds --${act} ${number} --reason "..."`;
  switch (status) {
    case 'requested':
      return `Waits for an operator. ${requested(refund)} ${say('approve')}, or: ${say('deny')}`;
    case 'approved':
      return underWay({ what: 'Its money', verb: 'returned', mayHaveArrived: refund.mayHaveArrived }, refund, now);
    case 'money_returned':
      return `Its money is back. ${underWay({ what: 'Its access', verb: 'taken back', mayHaveArrived: false }, refund, now)}`;
    case 'money_error':
      return moneyError(refund, say);
    case 'access_error':
      return `Its money is back, its access is not, and is not tried again by itself. Repair what the failure says, then: ${say('retry')}; with --access keep the learner keeps it, with --access caller it was taken back elsewhere.`;
    case 'denied':
      return 'Denied. Nothing follows; the same may be asked for again.';
    case 'complete':
      return `Done.${refund.moneyIsBack ? ' Its money came back to us since: look at its note.' : ''} Nothing follows.`;
  }
}

/** Of what was returned elsewhere the money is gone, whatever is decided. */
function requested({ origin }: RefundFacts): string {
  if (origin === 'gateway') return "Its money was returned in the gateway's console: approving takes the access back, denying leaves it.";
  if (origin === 'dispute') return "Its money was taken by the buyer's bank: approving takes the access back, denying leaves it.";
  return 'Nothing moves before that.';
}

/** A half: of the money alone a gateway may have done more than it said. */
interface UnderWay extends Pick<Refund, 'mayHaveArrived'> {
  readonly what: string;
  readonly verb: string;
}

function underWay({ what, verb, mayHaveArrived }: UnderWay, { isWorkedOn, nextAttemptAt }: RefundFacts, now: Date): string {
  if (isWorkedOn) return `${what} is being ${verb} just now.`;
  if (!nextAttemptAt) return `${what} is not tried again by itself.`;
  const readBack = mayHaveArrived ? ' The gateway is read back first: it may have returned it.' : '';
  if (nextAttemptAt > now) return `${what} is tried again by itself ${momentFrom(now, nextAttemptAt)}.${readBack}`;
  return `${what} is due since ${momentFrom(now, nextAttemptAt)}: the next free worker takes it. If it stays so: npm run ops -- doctor`;
}

function moneyError({ mayHaveArrived }: RefundFacts, say: (act: string) => string): string {
  const repair = `Its money is not back, and not tried again by itself. Repair what the failure says, then: ${say('retry')}`;
  if (mayHaveArrived) return `${repair} (the gateway is read back first: it may have returned it, so this cannot be denied)`;
  return `${repair}, or: ${say('deny')}`;
}
