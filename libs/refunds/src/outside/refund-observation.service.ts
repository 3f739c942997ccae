import { Injectable } from '@nestjs/common';
import { OrderReader, type OrderSnapshot } from '#orders';
import { ProcessorRegistry, type GatewayPayment, type Payment } from '#payments';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { outsideFacts, type OutsideFact } from './gateway-facts.js';
import { settleOurs } from './our-refunds.js';
import { addOutside, addRegained, moneyCameBack } from './outside-refunds.js';

/** What a gateway says went back of a payment, written: our own refunds settled by it, and what was returned elsewhere recorded, once. */
@Injectable()
export class RefundObservation {
  constructor(
    private readonly record: RefundRecord,
    private readonly orders: OrderReader,
    private readonly registry: ProcessorRegistry,
  ) {}

  /** Idempotent, and safe beside any number of others: each waits for the payment's row. What follows from it is due, and done by the scheduler. */
  async observe({ id, orderId, processor }: Payment, state: Pick<GatewayPayment, 'refunds' | 'disputes'>): Promise<void> {
    const order = await this.orders.byId(orderId);
    await this.record.open({ paymentId: id }, async (books) => {
      for (const refund of books.refunds) await settleOurs(books, refund, state.refunds);
      for (const fact of outsideFacts(state, books.refunds, this.registry.find(processor)?.rules)) await written(books, order, fact);
    });
  }
}

async function written(books: RefundBooks, order: OrderSnapshot, fact: OutsideFact): Promise<void> {
  const known = books.refunds.find(({ origin, reference }) => origin === fact.origin && reference === fact.reference);
  if (!known) return fact.isBack ? addRegained(books, order, fact) : addOutside(books, order, fact);
  if (fact.isBack && !known.moneyIsBack) await moneyCameBack(books, known, fact);
}
