import { Injectable } from '@nestjs/common';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { settleOurs } from '../outside/our-refunds.js';
import { standingOf } from '../outside/our-standing.js';
import { ownReference } from '../outside/own-reference.js';
import { RefundReader } from '../reading/refund.reader.js';
import { isOutside, type AccessTerms, type Refund, type RefundMover } from '../refund.js';
import { RefundStateError } from '../refunds.errors.js';
import { RefundApprovals, type Approval } from './refund-approvals.service.js';
import { RefundReadBack, type ReadBack } from './refund-read-back.service.js';
import { acceptable, assertUnchanged, whyNotDenied } from './read-back-words.js';
import { moneyReturned, step } from './steps.js';

/** An operator's word that a half is to be tried again. */
export interface RetryTerms extends RefundMover {
  /** What becomes of access that could not be taken back. Left out: it is tried again as before. */
  readonly access?: AccessTerms | undefined;
  /** What the gateway returned is taken for the refund, though it is less than was asked for: nothing is asked for again. */
  readonly acceptReturned?: boolean | undefined;
}

/** What operators decide. Each decision is one commit under the payment's lock; what follows from it is done afterwards. */
@Injectable()
export class RefundDecisions {
  constructor(
    private readonly record: RefundRecord,
    private readonly reader: RefundReader,
    private readonly approvals: RefundApprovals,
    private readonly readBack: RefundReadBack,
  ) {}

  approve(number: string, approval: Approval): Promise<Refund> {
    return this.approvals.approve(number, approval);
  }

  /**
   * Nothing goes back. Money that is gone already stays so, and its refund's access is left alone. What a gateway was asked for is read back first: where it
   * has it after all, that is written, and the refund is not denied.
   */
  async deny(number: string, mover: RefundMover): Promise<Refund> {
    const read = await this.readBack.of(await this.reader.byNumber(number));
    const outcome = await this.openRead(read, async (books, before) => {
      await settleOurs(books, before, read.refunds);
      const refund = books.get(before.id);
      // What was read is kept, also where the refund is not denied.
      const why = before.status === 'money_error' ? whyNotDenied(refund, standingOf(refund, read.refunds)) : null;
      return why === null ? this.denyIn(books, refund, mover) : new RefundStateError(number, refund.status, why);
    });
    if (outcome instanceof RefundStateError) throw outcome;
    return outcome;
  }

  /** The gateway gets another key where it is certain that the former one returned nothing. */
  async retry(number: string, terms: RetryTerms): Promise<Refund> {
    if (terms.acceptReturned) return this.acceptReturned(number, terms);
    const { id, paymentId } = await this.reader.byNumber(number);
    return this.record.open({ paymentId, refundId: id }, async (books) => {
      const refund = books.get(id);
      const isMoney = refund.status === 'money_error';
      const again = step(refund, 'retry', { failure: null, attempts: 0, round: isMoney && !refund.mayHaveArrived ? refund.round + 1 : refund.round });
      await books.tell(refund, 'retryRefund', terms);
      const changed = await this.changeAccess(books, again, terms);
      const isKeptNow = changed.access === 'keep' && refund.access !== 'keep';
      return books.save(isKeptNow && !isMoney ? step(changed, 'complete') : changed);
    });
  }

  /** Its amount becomes what went back; the rest may be returned by another refund. */
  private async acceptReturned(number: string, terms: RetryTerms): Promise<Refund> {
    const read = await this.readBack.of(await this.reader.byNumber(number));
    return this.openRead(read, async (books, refund) => {
      const { amountMinor, reference } = acceptable(refund, standingOf(refund, read.refunds));
      const accepted = await this.changeAccess(books, { ...refund, amountMinor }, terms);
      await books.tell(accepted, 'acceptReturnedMoney', { actor: terms.actor, reason: `The gateway returned ${amountMinor} of ${refund.amountMinor} (minor units): ${terms.reason}` });
      await books.tell(accepted, 'returnRefundMoney', { actor: terms.actor, reason: reference });
      return books.save(moneyReturned(accepted, await ownReference(books, refund, reference)));
    });
  }

  private async changeAccess(books: RefundBooks, refund: Refund, { access, ...mover }: RetryTerms): Promise<Refund> {
    if (access === undefined || access === refund.access) return refund;
    if (access !== 'keep') return { ...refund, access };
    await books.drop(refund, mover);
    return { ...refund, access, lines: [] };
  }

  /** @throws {RefundStateError} also where it was decided otherwise since it was read. */
  private openRead<Result>({ refund: { id, paymentId, ...asRead } }: ReadBack, work: (books: RefundBooks, refund: Refund) => Promise<Result>): Promise<Result> {
    return this.record.open({ paymentId, refundId: id }, (books) => {
      const refund = books.get(id);
      assertUnchanged(asRead, refund);
      return work(books, refund);
    });
  }

  private async denyIn(books: RefundBooks, refund: Refund, mover: RefundMover): Promise<Refund> {
    const denied = step(refund, 'deny', { decidedBy: mover.actor, decisionReason: mover.reason, failure: null, reference: isOutside(refund.origin) ? refund.reference : null });
    await books.drop(refund, mover);
    await books.tell(refund, 'denyRefund', mover);
    return books.save(denied);
  }
}
