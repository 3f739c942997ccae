import { Injectable } from '@nestjs/common';
import type { OrderSnapshot } from '#orders';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { sumsOf } from '../books/refund-sums.js';
import { RefundReader } from '../reading/refund.reader.js';
import { isOutside, type Refund, type AccessTerms, type RefundMover } from '../refund.js';
import { LinesRequiredError, OverRefundError, RefundStateError } from '../refunds.errors.js';
import { next } from '../transitions.js';
import { LineTaking, linesOf } from './line-taking.service.js';
import { chosenLines } from './request-plan.js';
import { RefundTerms } from './refund-terms.service.js';
import { refusalOf } from './refund-requests.service.js';
import { approved, step } from './steps.js';

/** An operator's yes. */
export interface Approval extends RefundMover {
  /** Left out: as it was asked for. */
  readonly access?: AccessTerms | undefined;
  /** For a refund that names no lines: which are taken back. */
  readonly lineIds?: readonly string[] | undefined;
}

/** An operator's word that a half is to be tried again. */
export interface RetryTerms extends RefundMover {
  /** What becomes of access that could not be taken back. Left out: it is tried again as before. */
  readonly access?: AccessTerms | undefined;
}

/** What operators decide. Each decision is one commit under the payment's lock; what follows from it is done afterwards. */
@Injectable()
export class RefundDecisions {
  constructor(
    private readonly record: RefundRecord,
    private readonly reader: RefundReader,
    private readonly taking: LineTaking,
    private readonly terms: RefundTerms,
  ) {}

  async approve(number: string, approval: Approval): Promise<Refund> {
    const found = await this.reader.byNumber(number);
    const order = await this.taking.orderOf(found);
    const books = (work: (books: RefundBooks) => Promise<Refund>) => this.record.open({ paymentId: found.paymentId, refundId: found.id }, work);
    try {
      return await books((open) => this.approveIn(open, { refund: open.get(found.id), order, approval }));
    } catch (error) {
      throw refusalOf(error, found.currency);
    }
  }

  /** Nothing goes back. Money that is gone already stays so, and its refund's access is left alone. */
  async deny(number: string, mover: RefundMover): Promise<Refund> {
    return this.change(number, async (books, refund) => {
      const denied = step(refund, 'deny', { decidedBy: mover.actor, decisionReason: mover.reason, failure: null, reference: isOutside(refund.origin) ? refund.reference : null });
      if (refund.mayHaveArrived) throw new RefundStateError(number, refund.status, 'its money may have gone back, and nobody has found out. Retry it: that reads back first');
      await books.drop(refund, mover);
      await books.tell(refund, 'denyRefund', mover);
      return books.save(denied);
    });
  }

  /** The gateway gets another key where it is certain that the former one returned nothing. */
  async retry(number: string, { access, ...mover }: RetryTerms): Promise<Refund> {
    return this.change(number, async (books, refund) => {
      const isMoney = refund.status === 'money_error';
      const again = step(refund, 'retry', { failure: null, attempts: 0, round: isMoney && !refund.mayHaveArrived ? refund.round + 1 : refund.round });
      await books.tell(refund, 'retryRefund', mover);
      if (access === undefined || access === refund.access) return books.save(again);
      if (access !== 'keep') return books.save({ ...again, access });
      await books.drop(refund, mover);
      const kept = { ...again, access, lines: [] };
      return books.save(isMoney ? kept : step(kept, 'complete'));
    });
  }

  private async change(number: string, work: (books: RefundBooks, refund: Refund) => Promise<Refund>): Promise<Refund> {
    const { id, paymentId } = await this.reader.byNumber(number);
    return this.record.open({ paymentId, refundId: id }, (books) => work(books, books.get(id)));
  }

  private async approveIn(books: RefundBooks, { refund, order, approval }: { refund: Refund; order: OrderSnapshot; approval: Approval }): Promise<Refund> {
    next(refund, 'approve');
    const access = approval.access ?? refund.access;
    const taking = access === 'keep' ? await this.keep(books, refund, approval) : await this.take(books, { ...refund, access }, order, approval);
    const isCalled = this.terms.isCalled(refund, books.payment);
    if (isCalled && books.isOverdrawn) throw new OverRefundError(roomFor(books, refund), refund.currency);
    await books.tell(refund, 'approveRefund', approval);
    const reference = isCalled || isOutside(refund.origin) || refund.amountMinor === 0 ? refund.reference : refund.number;
    return books.save(approved({ ...taking, reference }, { by: approval.actor, reason: approval.reason, isCalled }));
  }

  private async keep(books: RefundBooks, refund: Refund, mover: RefundMover): Promise<Refund> {
    await books.drop(refund, mover);
    return { ...refund, access: 'keep', lines: [] };
  }

  /** What was asked for is looked at again: since then lines can have been delivered that cannot be taken back. */
  private async take(books: RefundBooks, refund: Refund, order: OrderSnapshot, approval: Approval): Promise<Refund> {
    const lineIds = refund.lines.length > 0 ? refund.lines.map(({ lineId }) => lineId) : await this.attachable(books, refund, order, approval);
    const lines = await this.taking.hold(books, refund, linesOf(order, lineIds), approval);
    return refund.lines.length > 0 ? refund : books.attach(refund, lines);
  }

  /** Of money that somebody returned elsewhere it is not known what it was for, unless it was all, or there is one line. */
  private async attachable(books: RefundBooks, refund: Refund, order: OrderSnapshot, { lineIds }: Approval): Promise<readonly string[]> {
    const living = await books.livingLines(order.id);
    if (lineIds) return chosenLines(lineIds, { lines: order.lines, living });
    const left = chosenLines(undefined, { lines: order.lines, living });
    if (isOutside(refund.origin) && left.length === 1) return left;
    throw new LinesRequiredError();
  }
}

/** What this one could still return. */
function roomFor({ payment, refunds }: RefundBooks, refund: Refund): number {
  const { refundedMinor, reservedMinor } = sumsOf(refunds.filter(({ id }) => id !== refund.id));
  return Math.max(0, (payment?.capturedMinor ?? 0) - refundedMinor - reservedMinor);
}
