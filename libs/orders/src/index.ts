import { FulfillmentAttempt } from './fulfillment-attempt.entity.js';
import { HistoryEntry } from './history-entry.entity.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';

/** What MikroORM must know of this lib. */
export const ORDERS_ENTITIES = [Order, OrderLine, FulfillmentAttempt, HistoryEntry, IdempotencyRecord];

export { requestedBy, type AskedBy, type ClaimedLine, type OrderClaim } from './claim.js';
export { isDatabaseAway } from './database-away.js';
export { FAILURE_KINDS, type FailureKind } from './failure.js';
export { IdempotencyRecords, type RepeatedRequest } from './idempotency-records.service.js';
export type { IdempotencyScope, NewLine, NewOrder } from './new-order.js';
export { OrderLine } from './order-line.entity.js';
export { OrderReader, type OrderFilter, type OrderPage } from './order-reader.service.js';
export { Order } from './order.entity.js';
export type { Failure, LineSnapshot, OrderSnapshot, PaymentStatus } from './order.snapshot.js';
export * from './orders.errors.js';
export { OrdersModule } from './orders.module.js';
export { type OrdersOptions } from './orders.options.js';
export { OrdersService, type RevocationClaim } from './orders.service.js';
export { SettleService, type SettleResult } from './settle.service.js';
export type { AnswerTo, AttemptEnd, SettledLine, Settlement, StoredAnswer } from './settlement.js';
export {
  InvalidTransitionError,
  LINE_STATUSES,
  LINE_TRANSITIONS,
  ORDER_STATUSES,
  next,
  sourcesOf,
  type LineStatus,
  type OrderStatus,
} from './transitions.js';
