import { defineEntity, p } from '@mikro-orm/core';
import { HistoryEntry } from './history-entry.entity.js';
import { OrderLine } from './order-line.entity.js';
import type { OrderSnapshot, PaymentStatus } from './order.snapshot.js';
import type { OrderStatus } from './transitions.js';

const OrderSchema = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    number: p.text().unique(),
    status: p.text().$type<OrderStatus>(),
    currency: p.text(),
    totalMinor: p.bigint('number'),
    learnerUsername: p.text(),
    learnerEmail: p.text().nullable(),
    placedBy: p.text(),
    emailOptIn: p.boolean(),
    paymentProcessor: p.text(),
    paymentReference: p.text().nullable(),
    paymentStatus: p.text().$type<PaymentStatus>(),
    lineCount: p.integer(),
    expiresAt: p.datetime().nullable(),
    placedAt: p.datetime(),
    lines: () => p.oneToMany(OrderLine).mappedBy('order').orderBy({ position: 'asc' }),
    history: () => p.oneToMany(HistoryEntry).mappedBy('order').orderBy({ id: 'asc' }),
  },
});

/**
 * A placed order, for reading. It is written by the statements in `statements/` alone, which carry the locks:
 * changing it through the unit of work would go past them.
 */
export class Order extends OrderSchema.class {
  snapshot(): OrderSnapshot {
    return {
      id: this.id,
      number: this.number,
      status: this.status,
      currency: this.currency,
      totalMinor: this.totalMinor,
      expiresAt: this.expiresAt ?? null,
      placedAt: this.placedAt,
      learner: { username: this.learnerUsername, email: this.learnerEmail ?? null },
      payment: { processor: this.paymentProcessor, reference: this.paymentReference ?? null, status: this.paymentStatus },
      lines: this.lines.map((line) => line.snapshot()),
    };
  }
}
OrderSchema.setClass(Order);
