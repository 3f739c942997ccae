import type { GatewayRefund } from '#payments';
import type { RefundBooks } from '../books/refund.books.js';
import { moneyReturned, step } from '../deciding/steps.js';
import { otherAmount, roundsAfter } from '../halves/money-verdict.js';
import { isLivingLate, isMoneyGone, isOutside, type Refund } from '../refund.js';
import { standingOf, type OurStanding } from './our-standing.js';
import { countNoMore } from './outside-refunds.js';
import { ownReference } from './own-reference.js';

const ACTOR = 'gateway';
const LOOK_MS = 60_000;

/** A refund that we asked a gateway for, and what it says of it since: by whatever it was heard. */
export async function settleOurs(books: RefundBooks, refund: Refund, refunds: readonly GatewayRefund[]): Promise<void> {
  if (isOutside(refund.origin) || refund.status === 'requested' || refund.status === 'denied') return;
  const standing = standingOf(refund, refunds);
  if (standing.result === 'succeeded') await succeeded(books, refund, standing);
  if (standing.result === 'pending' && refund.status === 'money_error' && standing.amountMinor === refund.amountMinor) await takenOnAfterAll(books, refund, standing.reference);
  if (standing.result === 'failed') await failed(books, refund, standing);
}

/** Also where it had been given up as failed: the gateway returned it after all. */
async function succeeded(books: RefundBooks, refund: Refund, { reference, amountMinor }: Extract<OurStanding, { result: 'succeeded' | 'pending' }>): Promise<void> {
  if (isMoneyGone(refund)) return;
  if (amountMinor !== refund.amountMinor) return ofAnotherAmount(books, refund, { reference, amountMinor });
  await books.tell(refund, 'returnRefundMoney', { actor: ACTOR, reason: reference });
  await books.save(moneyReturned(refund, await ownReference(books, refund, reference)));
}

/** No money moves on a doubt, and nothing is taken for done. It is told once. */
async function ofAnotherAmount(books: RefundBooks, refund: Refund, answer: { readonly reference: string; readonly amountMinor: number }): Promise<void> {
  const { failure } = otherAmount(refund.amountMinor, answer);
  const isKnown = refund.status === 'money_error' && refund.failure?.detail === failure.detail;
  if (isKnown || (refund.status === 'approved' && refund.isWorkedOn)) return;
  const known = { ...refund, failure, mayHaveArrived: true };
  await books.tell(refund, 'failRefundMoney', { actor: ACTOR, reason: failure.detail });
  await books.save(refund.status === 'money_error' ? known : step(known, 'failMoney'));
}

async function takenOnAfterAll(books: RefundBooks, refund: Refund, reference: string): Promise<void> {
  await books.tell(refund, 'retryRefund', { actor: ACTOR, reason: `The gateway has taken it on after all: ${reference}` });
  await books.wait({ ...step(refund, 'retry', { mayHaveArrived: true }), reference: await ownReference(books, refund, reference) }, LOOK_MS);
}

/** Whoever is calling just now says himself what comes of it. */
async function failed(books: RefundBooks, refund: Refund, { references, detail }: Extract<OurStanding, { result: 'failed' }>): Promise<void> {
  if (refund.status === 'approved' && refund.isWorkedOn) return;
  // Another one returns the rest of that payment just now, and then an operator is asked about what is left.
  if (isMoneyGone(refund) && refund.origin === 'late' && books.refunds.some(isLivingLate)) {
    return countNoMore(books, { ...refund, ...roundsAfter(refund, references) }, { event: 'bounceRefund', words: detail });
  }
  const failure = { kind: 'rejected', detail } as const;
  const known = { ...refund, ...roundsAfter(refund, references), failure, mayHaveArrived: refund.status === 'approved' && refund.claimId !== null };
  await books.tell(refund, isMoneyGone(refund) ? 'bounceRefund' : 'failRefundMoney', { actor: ACTOR, reason: detail });
  if (refund.status === 'money_error') return void (await books.save(known));
  await books.save(step(known, refund.status === 'approved' ? 'failMoney' : 'bounce'));
}
