import type { ListedPayment } from '../contract/payment-processor.js';
import type { Payment } from '../ledger/payment.js';
import type { DifferenceKind } from './payment-difference.js';

/** A payment of ours, by what is found and what to do. Where it can be repaired, `reconcile` with a repair does the same as the route that is named. */
const SENTENCES: Readonly<Record<Exclude<DifferenceKind, 'captured_without_order'>, string>> = {
  captured_not_here: 'The gateway took the money, and our row does not know of it. A repair, or POST /v1/payments/{id}/check, reads it back and opens the order, or parks the money where the order cannot take it.',
  here_not_there: 'Our row says that the money was taken, and the gateway says that it was not, or knows no such payment. Look whether the keys are those of the account, test or live, that took it. Return no money of it here, and decide about the order.',
  amount_differs: 'Our row and the gateway name different amounts or currencies. What the gateway says counts: look the payment up in its console, and put right by a refund, or there, what is too much.',
  refund_there_not_here: 'More money went back than our row knows of. A repair, or POST /v1/payments/{id}/check, writes it down; the access follows by the rule of the processor.',
  refund_here_not_there: 'Our row says that more money went back than the gateway has returned. A refund may have failed there later: look it up in the console, and have the refund of the order retried (npm run ops -- refunds).',
};

export function differenceWords(kind: Exclude<DifferenceKind, 'captured_without_order'>): string {
  return SENTENCES[kind];
}

/** Money that is no payment of ours. @param named the payment of ours whose identifier it bears. @param isOurOrder whether the order that it names is one of ours. */
export function unknownMoneyWords({ orderNumber }: ListedPayment, named: Payment | undefined, isOurOrder: boolean): string {
  if (named) {
    const { id, reference, processor } = named;
    const known = reference === null ? `is one of the processor "${processor}"` : `knows another payment at the gateway, ${reference}`;
    return `It names our payment ${id} of order ${named.orderNumber}, which ${known}: the buyer may have paid twice. Return this one in the gateway's console.`;
  }
  if (isOurOrder) return `It names order ${String(orderNumber)}, and no payment of ours. Look the order up, and return the money in the gateway's console where the order does not need it.`;
  return 'It names no order and no payment of ours. See who else sells through this account; where nobody does, return it in the gateway\'s console.';
}
