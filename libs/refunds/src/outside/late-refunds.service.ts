import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OrderReader } from '#orders';
import type { Payment } from '#payments';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { approved } from '../deciding/steps.js';
import { RefundTerms } from '../deciding/refund-terms.service.js';
import { RefundProgress } from '../halves/refund-progress.service.js';
import { isLivingLate, type Refund, type RefundMover } from '../refund.js';

const BY_RULE: RefundMover = { actor: 'rule:late-payments', reason: 'It came when its order could not take it any more.' };

/** Money that opened no order goes back, once: by the processor's rule, or because an operator says so. */
@Injectable()
export class LateRefunds {
  constructor(
    private readonly record: RefundRecord,
    private readonly orders: OrderReader,
    private readonly terms: RefundTerms,
    private readonly progress: RefundProgress,
  ) {}

  /** Where the rule says so; else nothing is done. */
  async returnLate(payment: Payment): Promise<Refund | undefined> {
    return this.giveBack(payment, BY_RULE, 'refund');
  }

  /** Because an operator says so. @returns `undefined` when nothing of it is left, or it was decided before. */
  async returnParked(payment: Payment, mover: RefundMover): Promise<Refund | undefined> {
    return this.giveBack(payment, mover, 'ask');
  }

  /** What is on its way goes on: a second call changes nothing. */
  private async giveBack(payment: Payment, mover: RefundMover, action: 'refund' | 'ask'): Promise<Refund | undefined> {
    const { learner } = await this.orders.byId(payment.orderId);
    const refund = await this.record.open({ paymentId: payment.id }, (books) => this.write(books, { learner: learner.username, mover, action }));
    return refund && this.progress.after(refund, mover.actor);
  }

  private async write(books: RefundBooks, { learner, mover, action }: { learner: string; mover: RefundMover; action: 'refund' | 'ask' }): Promise<Refund | undefined> {
    const { payment, remainsMinor } = books;
    const before = books.refunds.find(isLivingLate) ?? books.refunds.find(({ origin, status }) => origin === 'late' && status === 'complete');
    if ((before && isLivingLate(before)) || payment?.parked?.action !== action) return before;
    if (remainsMinor === 0) {
      const isAllGone = payment.capturedMinor > 0 && books.refunds.every(({ status }) => status !== 'requested');
      if (isAllGone) await books.decideParked('done');
      return undefined;
    }
    const refund = await books.add({
      id: randomUUIDv7(), orderId: payment.orderId, orderNumber: payment.orderNumber, learner, origin: 'late', amountMinor: remainsMinor,
      currency: payment.capturedCurrency ?? payment.currency, access: 'keep', reason: mover.reason, requestedBy: mover.actor, reference: null, lines: [],
    });
    await books.decideParked('refund');
    await books.tell(refund, 'returnLatePayment', mover);
    return books.save(approved(refund, { by: mover.actor, reason: mover.reason, isCalled: this.terms.isCalled(refund, payment) }));
  }
}
