import type { GatewayPayment } from '../contract/gateway-payment.js';
import type { ListedPayment } from '../contract/payment-processor.js';
import type { Payment } from '../ledger/payment.js';
import type { DifferenceKind, KnownMoney } from './payment-difference.js';

/** Money that a gateway took, and what went back of it: for certain `refundedMinor`, and at most `leavingMinor` with what is on its way. */
export interface MoneyThere extends KnownMoney {
  readonly leavingMinor: number;
}

/** As a payment was listed. */
export function listedMoney({ capturedMinor, refundedMinor, currency }: ListedPayment): MoneyThere {
  return within({ capturedMinor, refundedMinor, leavingMinor: refundedMinor, currency });
}

/** As a payment was read back: null where no money was taken. What a bank has taken back, or wants to, is money that went back. */
export function readMoney({ status, capturedMinor, currency, refunds, disputes }: GatewayPayment): MoneyThere | null {
  if (status !== 'captured') return null;
  const disputed = sum(disputes.filter((dispute) => dispute.status !== 'won'));
  const refundedMinor = disputed + sum(refunds.filter((refund) => refund.status === 'succeeded'));
  return within({ capturedMinor, currency, refundedMinor, leavingMinor: refundedMinor + sum(refunds.filter((refund) => refund.status === 'pending')) });
}

/** What our row knows: null where no money was taken. */
export function moneyHere({ status, capturedMinor, refundedMinor, capturedCurrency, currency }: Payment): KnownMoney | null {
  return status === 'captured' ? { capturedMinor, refundedMinor, currency: capturedCurrency ?? currency } : null;
}

/**
 * What our row and the gateway do not agree on; null where they agree. Money that was taken and is back already is no matter where our row knows of
 * none. What is on its way back may count on either side, or on both.
 */
export function differenceOf(payment: Payment, theirs: MoneyThere | null): DifferenceKind | null {
  const ours = moneyHere(payment);
  if (ours === null) return theirs !== null && theirs.capturedMinor > theirs.refundedMinor ? 'captured_not_here' : null;
  if (theirs === null) return 'here_not_there';
  if (ours.capturedMinor !== theirs.capturedMinor || ours.currency !== theirs.currency) return 'amount_differs';
  if (theirs.refundedMinor > ours.refundedMinor + payment.reservedMinor) return 'refund_there_not_here';
  return theirs.leavingMinor < ours.refundedMinor ? 'refund_here_not_there' : null;
}

/** A bank may take back what was partly returned: no more than all is counted, as in our rows. */
function within(money: MoneyThere): MoneyThere {
  const { capturedMinor, refundedMinor, leavingMinor } = money;
  return { ...money, refundedMinor: Math.min(capturedMinor, refundedMinor), leavingMinor: Math.min(capturedMinor, leavingMinor) };
}

function sum(amounts: readonly { readonly amountMinor: number }[]): number {
  return amounts.reduce((total, { amountMinor }) => total + amountMinor, 0);
}
