import { defineEntity, p } from '@mikro-orm/core';
import type { ClaimPurpose } from './claim.js';
import type { FailureKind } from './failure.js';
import { FulfillmentAttempt } from './fulfillment-attempt.entity.js';
import { Order } from './order.entity.js';
import type { Failure, LinePayment, LineSnapshot } from './order.snapshot.js';
import type { LineStatus } from './transitions.js';

const OrderLineSchema = defineEntity({
  name: 'OrderLine',
  tableName: 'order_line',
  properties: {
    id: p.uuid().primary(),
    order: () => p.manyToOne(Order),
    position: p.integer(),
    sku: p.text(),
    productId: p.uuid(),
    productType: p.text(),
    title: p.text(),
    details: p.json<unknown>(),
    quantity: p.integer(),
    unitPriceMinor: p.bigint('number'),
    learnerUsername: p.text(),
    learnerAddress: p.text().nullable(),
    soldOnce: p.boolean(),
    status: p.text().$type<LineStatus>(),
    attempts: p.integer(),
    mayHaveArrived: p.boolean().default(false),
    failureKind: p.text().$type<FailureKind>().nullable(),
    failureDetail: p.text().nullable(),
    failurePassing: p.boolean().nullable(),
    receipt: p.text().nullable(),
    nextAttemptAt: p.datetime().nullable(),
    paidAt: p.datetime().nullable(),
    retrySince: p.datetime().nullable(),
    tries: p.integer().default(0),
    lostLeases: p.integer().default(0),
    heldAt: p.datetime().nullable(),
    heldFor: p.uuid().nullable(),
    payment: p.text().$type<LinePayment>().default('paid'),
    givenUpAt: p.datetime().nullable(),
    acceptedReference: p.text().nullable(),
    acceptedUntil: p.datetime().nullable(),
    courseId: p.text().nullable(),
    failureStatus: p.integer().nullable(),
    failureTimes: p.integer().default(0),
    claimId: p.uuid().nullable(),
    claimPurpose: p.text().$type<ClaimPurpose>().nullable(),
    leaseUntil: p.datetime().nullable(),
    attemptLog: () => p.oneToMany(FulfillmentAttempt).mappedBy('line').orderBy({ startedAt: 'asc' }),
  },
});

/** One SKU of an order and how far its delivery has come, for reading (see `Order`). */
export class OrderLine extends OrderLineSchema.class {
  get failure(): Failure | null {
    const { failureKind: kind, failureDetail: detail, failurePassing: passing } = this;
    return kind && typeof detail === 'string' && typeof passing === 'boolean' ? { kind, detail, passing } : null;
  }

  snapshot(): LineSnapshot {
    return {
      id: this.id,
      sku: this.sku,
      productType: this.productType,
      title: this.title,
      quantity: this.quantity,
      unitPriceMinor: this.unitPriceMinor,
      status: this.status,
      attempts: this.attempts,
      failure: this.failure,
      nextAttemptAt: this.nextAttemptAt ?? null,
      receipt: this.receipt ?? null,
      acceptedUntil: this.status === 'accepted' ? (this.acceptedUntil ?? null) : null,
    };
  }
}
OrderLineSchema.setClass(OrderLine);
