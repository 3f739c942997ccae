import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OrderNotPaidError, OrderReader, wasPaid, type Order, type OrderSnapshot, type Runner } from '#orders';
import type { Payment } from '#payments';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import type { Refund } from '../refund.js';
import { AlreadyRefundedError, OverRefundError } from '../refunds.errors.js';
import { LineTaking, linesOf } from './line-taking.service.js';
import { RefundTerms } from './refund-terms.service.js';
import { planOf, type RefundPlan, type WantedRefund } from './request-plan.js';
import { approved } from './steps.js';

/** Who asks. `learner` limits him to his own orders. */
export interface RefundRequester {
  readonly actor: string;
  readonly isStaff: boolean;
  readonly learner?: string | undefined;
}

/** What is written in the commit of a refund: both or neither. It may run again, in another transaction. */
export type AlongsideRefund = (runner: Runner, refund: Refund) => Promise<void>;

interface Asked {
  readonly wanted: WantedRefund;
  readonly by: RefundRequester;
  readonly order: OrderSnapshot;
  readonly sincePaidMs: number;
  readonly payment: Payment | null;
}

/** Records refunds that somebody asks for: all of it or nothing. */
@Injectable()
export class RefundRequests {
  constructor(
    private readonly record: RefundRecord,
    private readonly orders: OrderReader,
    private readonly taking: LineTaking,
    private readonly terms: RefundTerms,
  ) {}

  async request(wanted: WantedRefund, by: RefundRequester, alongside?: AlongsideRefund): Promise<Refund> {
    const found = await this.orders.detail(wanted.orderNumber, by.learner);
    const order = found.snapshot();
    if (!wasPaid(order.status)) throw new OrderNotPaidError(order.number, order.status);
    const sincePaidMs = await this.terms.sinceMs(paidAt(found));
    if (!by.isStaff) this.terms.assertLearnerMayAsk(wanted, sincePaidMs);
    const payment = await this.terms.paymentOf(order.id);
    try {
      return await this.record.open({ paymentId: payment?.id ?? null }, async (books) => {
        const refund = await this.write(books, { wanted, by, order, sincePaidMs, payment });
        await alongside?.(books.runner, refund);
        return refund;
      });
    } catch (error) {
      throw refusalOf(error, currencyOf(payment, order));
    }
  }

  private async write(books: RefundBooks, asked: Asked): Promise<Refund> {
    const { wanted, by, order } = asked;
    const currency = currencyOf(books.payment, order);
    const plan = planOf(wanted, { ...order, currency, pricedIn: order.currency, living: await books.livingLines(order.id), remainsMinor: books.remainsMinor, paidMinor: books.payment?.capturedMinor ?? 0 });
    const mover = { actor: by.actor, reason: wanted.reason };
    const id = randomUUIDv7();
    const lines = await this.taking.hold(books, { id, orderId: order.id, access: plan.access }, linesOf(order, plan.lineIds), mover);
    const { amountMinor, access } = plan;
    const returnedBeforeMinor = (books.payment?.capturedMinor ?? 0) - books.remainsMinor;
    const refund = await books.add({
      id, orderId: order.id, orderNumber: order.number, learner: order.learner.username, origin: 'request', amountMinor, currency, access,
      reason: wanted.reason, requestedBy: by.actor, reference: null, lines,
    });
    await books.tell(refund, 'requestRefund', mover);
    const rule = this.ruleThatApproves(asked, plan, returnedBeforeMinor);
    if (rule === null) return refund;
    const decider = { actor: `rule:${rule}`, reason: null };
    await books.tell(refund, 'approveRefund', decider);
    const isCalled = this.terms.isCalled(refund, books.payment);
    return books.save(approved({ ...refund, reference: isCalled || amountMinor === 0 ? null : refund.number }, { by: decider.actor, reason: null, isCalled }));
  }

  private ruleThatApproves({ by, order, sincePaidMs, payment }: Asked, { amountMinor, access, lineIds }: RefundPlan, returnedBeforeMinor: number): string | null {
    const productTypes = [...new Set(linesOf(order, lineIds).map(({ productType }) => productType))];
    const processor = payment?.processor ?? order.payment.processor;
    return this.terms.ruleThatApproves({ requestedBy: by.isStaff ? 'staff' : 'learner', sincePaidMs, amountMinor, returnedBeforeMinor, currency: currencyOf(payment, order), access, productTypes, processor });
  }
}

/** What was taken goes back, also where an operator accepted money of another currency than the order's. */
function currencyOf(payment: Pick<Payment, 'capturedCurrency'> | null, { currency }: Pick<OrderSnapshot, 'currency'>): string {
  return payment?.capturedCurrency ?? currency;
}

function paidAt({ lines, placedAt }: Pick<Order, 'lines' | 'placedAt'>): Date {
  const instants = lines.map((line) => line.paidAt ?? placedAt);
  return instants.reduce((earliest, instant) => (instant < earliest ? instant : earliest), instants[0] ?? placedAt);
}

/** What the database refuses is refused, where it was not seen before. */
export function refusalOf(error: unknown, currency: string): unknown {
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : null;
  if (constraint === 'refund_line_live_key') return new AlreadyRefundedError([]);
  if (constraint === 'payment_refunded_check') return new OverRefundError(0, currency);
  return error;
}
