import type { MoneyBack, Payment } from '#payments';
import { isMoneyGone, type Refund } from '../refund.js';

type Counted = Pick<Refund, 'origin' | 'status' | 'moneyIsBack' | 'amountMinor'>;

/** What all refunds of a payment sum up to: what went back of it, and what is on its way or asked for. */
export function sumsOf(refunds: readonly Counted[]): MoneyBack {
  const sum = (counts: (refund: Counted) => boolean) => refunds.filter(counts).reduce((total, { amountMinor }) => total + amountMinor, 0);
  return { refundedMinor: sum(isMoneyGone), reservedMinor: sum(isReserved) };
}

/** What can still be returned of a payment; never below 0, whatever a bank took. */
export function remainsOf({ capturedMinor }: Pick<Payment, 'capturedMinor'>, refunds: readonly Counted[]): number {
  const { refundedMinor, reservedMinor } = sumsOf(refunds);
  return Math.max(0, capturedMinor - refundedMinor - reservedMinor);
}

/** Set aside: it may go back, and nobody else may return it. */
function isReserved(refund: Counted): boolean {
  return !isMoneyGone(refund) && !refund.moneyIsBack && refund.status !== 'denied';
}
