import type { AccessRule, GatewayDispute, GatewayPayment, GatewayRefund, Payment, ProcessorRules } from '#payments';
import type { Refund } from '../refund.js';

/** Money that went back and was not returned by us. */
export interface OutsideFact {
  readonly origin: 'gateway' | 'dispute';
  readonly reference: string;
  readonly amountMinor: number;
  /** It came back to us: a refund that failed, a dispute that was won. */
  readonly isBack: boolean;
  /** For operators. */
  readonly words: string;
  readonly rule: AccessRule;
}

/** Without a rule of its own, for a processor that is not in the map any more. */
const ASK: Pick<ProcessorRules, 'outsideRefunds' | 'disputes'> = { outsideRefunds: 'ask', disputes: 'ask' };

/**
 * Which refunds and disputes of a payment are none of ours. Pure.
 *
 * A refund of ours that was denied, and that the gateway has all the same, counts among them: the money is gone, whatever was decided. But what
 * failed once of ours has failed for good: an answer that says otherwise is older.
 */
export function outsideFacts({ refunds, disputes }: Pick<GatewayPayment, 'refunds' | 'disputes'>, known: readonly Refund[], rules = ASK): OutsideFact[] {
  const isOurs = ({ refundId, reference }: GatewayRefund) =>
    known.some((refund) => refund.failedReferences.includes(reference) || (!isOutside(refund) && refund.status !== 'denied' && (refund.id === refundId || refund.reference === reference)));
  return [...refunds.filter((refund) => !isOurs(refund)).map((refund) => refundFact(refund, rules)), ...disputes.map((dispute) => disputeFact(dispute, rules))];
}

/** All that had not gone back otherwise is gone by this. */
export function isWhole({ capturedMinor }: Pick<Payment, 'capturedMinor'>, { amountMinor }: Pick<OutsideFact, 'amountMinor'>, otherwiseMinor: number): boolean {
  return amountMinor >= capturedMinor - otherwiseMinor;
}

function isOutside({ origin }: Refund): boolean {
  return origin === 'gateway' || origin === 'dispute';
}

function refundFact({ reference, amountMinor, status, detail }: GatewayRefund, { outsideRefunds: rule }: typeof ASK): OutsideFact {
  const isBack = status === 'failed';
  return { origin: 'gateway', reference, amountMinor, isBack, rule, words: isBack ? `The gateway says that the refund failed, so the money is ours again${detail === null ? '' : `: ${detail}`}.` : 'It was returned in the gateway, not here.' };
}

function disputeFact({ reference, amountMinor, status }: GatewayDispute, { disputes: rule }: typeof ASK): OutsideFact {
  const isBack = status === 'won';
  return { origin: 'dispute', reference, amountMinor, isBack, rule, words: isBack ? 'The dispute was won: the money is ours again.' : `The buyer's bank took the money back (dispute ${reference}).` };
}
