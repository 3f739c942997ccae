import { randomUUIDv7 } from 'node:crypto';
import type { Mover, OrderSnapshot } from '#orders';
import type { Payment } from '#payments';
import { sumsOf } from '../books/refund-sums.js';
import type { NewRefund, RefundBooks } from '../books/refund.books.js';
import { linesOf } from '../deciding/line-taking.service.js';
import { chosenLines, fullPriceMinor } from '../deciding/request-plan.js';
import { approved, isAccessLeft, noted, step } from '../deciding/steps.js';
import { TAKEN_FOR_NOTHING } from '../halves/access-leaving.js';
import { NOT_FREE_MS } from '../halves/access-verdict.js';
import type { Refund, RefundLine } from '../refund.js';
import { isWhole, type OutsideFact } from './gateway-facts.js';

/** Money that is gone already is asked for nowhere. */
const GONE = { isCalled: false } as const;

/** What follows for the access: `ask` where it is not known which lines the money was for. */
interface Fate {
  readonly rule: OutsideFact['rule'];
  readonly lineIds: readonly string[];
}

/** It was over before anybody here heard of it. It is written all the same: an answer from before, which comes late, then changes nothing. */
export async function addRegained(books: RefundBooks, order: OrderSnapshot, fact: OutsideFact): Promise<void> {
  const { payment } = books;
  if (!payment) return;
  const refund = await books.add({ ...outsideOf(order, payment, fact), id: randomUUIDv7(), access: 'keep', lines: [] });
  await moneyCameBack(books, refund, fact);
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
  const refund = await books.add({ ...outsideOf(order, payment, fact), id, access: rule === 'keep' ? 'keep' : 'revoke', lines });
  await books.tell(refund, fact.origin === 'dispute' ? 'disputePayment' : 'refundInGateway', mover);
  if (rule !== 'ask') await books.save(approved(refund, { by: actor, reason: null, ...GONE }));
  if (payment.parked && books.remainsMinor === 0) await books.decideParked('done');
}

function outsideOf(order: OrderSnapshot, { currency, capturedCurrency, processor }: Payment, { origin, amountMinor, words, reference }: OutsideFact): Omit<NewRefund, 'id' | 'access' | 'lines'> {
  const { id: orderId, number: orderNumber, learner } = order;
  return { orderId, orderNumber, learner: learner.username, origin, amountMinor, currency: capturedCurrency ?? currency, reason: words, requestedBy: processor, reference };
}

/** Before the access was taken, nothing need be done any more; afterwards an operator should know. */
export async function moneyCameBack(books: RefundBooks, refund: Refund, { origin, words }: Pick<OutsideFact, 'origin' | 'words'>): Promise<void> {
  await countNoMore(books, refund, { event: origin === 'dispute' ? 'winDispute' : 'bounceRefund', words });
}

/** Its money did not go, or is ours again. Where somebody takes the access just now, the half itself sees to what he leaves. */
export async function countNoMore(books: RefundBooks, refund: Refund, { event: told, words }: { readonly event: string; readonly words: string }): Promise<void> {
  const mover = { actor: refund.requestedBy, reason: words };
  const ours: Refund = { ...refund, moneyIsBack: true };
  await books.tell(refund, told, mover);
  const event = refund.status === 'requested' ? 'deny' : isAccessLeft(refund) && !refund.isWorkedOn && (refund.status === 'money_returned' || refund.status === 'access_error') ? 'withdraw' : null;
  if (event) {
    await books.drop(refund, mover);
    await books.save(step(ours, event, { decidedBy: refund.decidedBy ?? refund.requestedBy, decisionReason: words, failure: null }));
    return;
  }
  const notes = !isAccessLeft(refund) || refund.status === 'denied' ? [] : refund.status === 'complete' ? [words, TAKEN_FOR_NOTHING] : [words];
  await books.save({ ...ours, accessNote: noted(refund, notes) }, refund.status === 'money_returned' ? NOT_FREE_MS : undefined);
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
