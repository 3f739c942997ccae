import { randomUUIDv7 } from 'node:crypto';
import type { Mover, OrderSnapshot } from '#orders';
import { sumsOf } from '../books/refund-sums.js';
import type { RefundBooks } from '../books/refund.books.js';
import { linesOf } from '../deciding/line-taking.service.js';
import { chosenLines, fullPriceMinor } from '../deciding/request-plan.js';
import { approved, isAccessLeft, noted, step } from '../deciding/steps.js';
import type { Refund, RefundLine } from '../refund.js';
import { isWhole, type OutsideFact } from './gateway-facts.js';

/** Money that is gone already is asked for nowhere. */
const GONE = { isCalled: false } as const;

/** What follows for the access: `ask` where it is not known which lines the money was for. */
interface Fate {
  readonly rule: OutsideFact['rule'];
  readonly lineIds: readonly string[];
}

/** A refund of a gateway's own console, or a dispute: the money is gone, and a rule of the processor says what becomes of the access. */
export async function addOutside(books: RefundBooks, order: OrderSnapshot, fact: OutsideFact): Promise<void> {
  const { payment } = books;
  if (!payment) return;
  const { rule, lineIds } = await fate(books, order, fact);
  const actor = rule === 'ask' ? payment.processor : `rule:${fact.origin === 'dispute' ? 'disputes' : 'outside-refunds'}`;
  const mover = { actor, reason: fact.words };
  const id = randomUUIDv7();
  const lines = await hold(books, { id, order, lineIds }, mover);
  const refund = await books.add({
    id, orderId: order.id, orderNumber: order.number, learner: order.learner.username, origin: fact.origin, amountMinor: fact.amountMinor,
    currency: payment.capturedCurrency ?? payment.currency, access: rule === 'keep' ? 'keep' : 'revoke', reason: fact.words, requestedBy: payment.processor, reference: fact.reference, lines,
  });
  await books.tell(refund, fact.origin === 'dispute' ? 'disputePayment' : 'refundInGateway', mover);
  if (rule !== 'ask') await books.save(approved(refund, { by: actor, reason: null, ...GONE }));
  if (payment.parked && books.remainsMinor === 0) await books.decideParked('done');
}

/** Before the access was taken, nothing need be done any more; afterwards an operator should know. */
export async function moneyCameBack(books: RefundBooks, refund: Refund, { origin, words }: OutsideFact): Promise<void> {
  const mover = { actor: refund.requestedBy, reason: words };
  const ours: Refund = { ...refund, moneyIsBack: true };
  await books.tell(refund, origin === 'dispute' ? 'winDispute' : 'bounceRefund', mover);
  const event = refund.status === 'requested' ? 'deny' : isAccessLeft(refund) && !refund.isWorkedOn && (refund.status === 'money_returned' || refund.status === 'access_error') ? 'withdraw' : null;
  if (event) {
    await books.drop(refund, mover);
    await books.save(step(ours, event, { decidedBy: refund.decidedBy ?? refund.requestedBy, decisionReason: words, failure: null }));
    return;
  }
  const isTaken = isAccessLeft(refund) && refund.status !== 'denied';
  await books.save({ ...ours, accessNote: isTaken ? noted(refund, [`${words} The access was taken: sell it again, or leave it so.`]) : refund.accessNote }, refund.status === 'money_returned' ? 0 : undefined);
}

/** A payment that did not open the order gave nobody access. Nothing is asked where there is nothing to take. */
async function fate(books: RefundBooks, order: OrderSnapshot, fact: OutsideFact): Promise<Fate> {
  const { payment, refunds } = books;
  const keep: Fate = { rule: 'keep', lineIds: [] };
  if (!payment?.openedOrder || fact.rule === 'keep') return keep;
  const left = chosenLines(undefined, { lines: order.lines, living: await books.livingLines(order.id) });
  if (left.length === 0) return keep;
  return isWhole(payment, fact, sumsOf(refunds).refundedMinor) ? { rule: fact.rule, lineIds: left } : { rule: 'ask', lineIds: [] };
}

/** Nothing is refused here: the money is gone. What cannot be taken back is seen when it is tried. */
async function hold(books: RefundBooks, { id, order, lineIds }: { id: string; order: OrderSnapshot; lineIds: readonly string[] }, mover: Mover): Promise<RefundLine[]> {
  const held = await books.hold({ id, orderId: order.id }, lineIds, mover);
  return linesOf(order, held.map(({ lineId }) => lineId)).map((line) => ({
    lineId: line.id,
    amountMinor: fullPriceMinor(line),
    wasHeld: held.find(({ lineId }) => lineId === line.id)?.wasHeld ?? false,
  }));
}
