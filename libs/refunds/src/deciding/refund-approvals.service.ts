import { Injectable } from '@nestjs/common';
import { LineNotFoundError, type OrderSnapshot } from '#orders';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { sumsOf } from '../books/refund-sums.js';
import { RefundReader } from '../reading/refund.reader.js';
import { isOutside, type AccessTerms, type Refund, type RefundMover } from '../refund.js';
import { LinesRequiredError, OverRefundError, RefundLinesError } from '../refunds.errors.js';
import { next } from '../transitions.js';
import { LineTaking, linesOf } from './line-taking.service.js';
import { refusalOf } from './refund-requests.service.js';
import { RefundTerms } from './refund-terms.service.js';
import { chosenLines } from './request-plan.js';
import { approved } from './steps.js';

/** An operator's yes. */
export interface Approval extends RefundMover {
  /** Left out: as it was asked for. */
  readonly access?: AccessTerms | undefined;
  /** For a refund that names no lines: which are taken back. */
  readonly lineIds?: readonly string[] | undefined;
}

/** Says yes to a refund, in one commit under the payment's lock; what follows from it is done afterwards. */
@Injectable()
export class RefundApprovals {
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

  private async approveIn(books: RefundBooks, { refund, order, approval }: { refund: Refund; order: OrderSnapshot; approval: Approval }): Promise<Refund> {
    next(refund, 'approve');
    const access = approval.access ?? refund.access;
    assertNamed({ ...refund, access }, order, approval);
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

/** What would be passed over without a word is refused. @throws {LineNotFoundError | RefundLinesError} */
function assertNamed({ number, access, lines }: Refund, order: OrderSnapshot, { lineIds }: Approval): void {
  if (!lineIds) return;
  if (lineIds.some((id) => !order.lines.some((line) => line.id === id))) throw new LineNotFoundError();
  if (access === 'keep') throw new RefundLinesError(`Refund ${number} takes no access back: leave the lines out, or say what becomes of the access.`);
  const isTheSame = new Set([...lineIds, ...lines.map(({ lineId }) => lineId)]).size === lines.length && new Set(lineIds).size === lines.length;
  if (lines.length > 0 && !isTheSame) throw new RefundLinesError(`Refund ${number} takes back ${lines.map(({ lineId }) => lineId).join(', ')}, as it was asked for. Leave the lines out; or deny it, and ask for another one.`);
}
