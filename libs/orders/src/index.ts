import { FulfillmentAttempt } from './fulfillment-attempt.entity.js';
import { HistoryEntry } from './history-entry.entity.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { OrderLine } from './order-line.entity.js';
import { Order } from './order.entity.js';

/** What MikroORM must know of this lib. */
export const ORDERS_ENTITIES = [Order, OrderLine, FulfillmentAttempt, HistoryEntry, IdempotencyRecord];

export { AcceptedLines } from './accepted-lines.service.js';
export type { Alongside } from './alongside.js';
export { Backlog, type BacklogFacts } from './backlog.service.js';
export { databaseNow, requestedBy, type Acceptance, type AskedBy, type ClaimedLine, type OrderClaim, type ReportedResult } from './claim.js';
export { isDatabaseAway, isDeadlock } from './database-away.js';
export type { DueLine } from './due-line.js';
export { DueLines } from './due-lines.service.js';
export { DueTurns, type DueTurn, type TurnId, type TurnTerms } from './due-turns.service.js';
export { FailureBoard, type FailureBoardView, type FailureGroup, type UnfinishedCounts } from './failure-board.service.js';
export { FAILURE_KINDS, type FailureKind } from './failure.js';
export { IdempotencyRecords, type RepeatedRequest } from './idempotency-records.service.js';
export { LearnerCorrection, type CorrectedLearner } from './learner-correction.service.js';
export { LineResults, type ReportedLine } from './line-results.service.js';
export { LineHolds, type LineOfOrder } from './line-holds.service.js';
export type { IdempotencyScope, LineRefusal, NewLine, NewOrder, NewPendingOrder } from './new-order.js';
export { OrderLine } from './order-line.entity.js';
export { OrderReader, type OrderFilter, type OrderPage } from './order-reader.service.js';
export { Order } from './order.entity.js';
export type { Failure, LinePayment, LineSnapshot, OrderSnapshot, PaymentStatus } from './order.snapshot.js';
export { OrderHistory, type OrderOccurrence } from './order-history.service.js';
export { OrdersDatabase, type Runner, type Statement } from './orders.database.js';
export * from './orders.errors.js';
export { OrdersModule } from './orders.module.js';
export { type OrdersOptions } from './orders.options.js';
export { OrdersService, type RevocationClaim } from './orders.service.js';
export { PendingOrders, type ExpiredOrder, type Mover, type OrderPayment } from './pending-orders.service.js';
export { RefundHolds, type HeldLine } from './refund-holds.service.js';
export { isEmptyFilter, type FailureKindFilter, type ResubmissionFilter } from './resubmission-filter.js';
export { ResubmissionReader, type LinePageQuery } from './resubmission-reader.service.js';
export * from './resubmission.errors.js';
export type { BoundedCount, ResubmissionLine, ResubmissionOperation, ResubmissionPreview, ResubmissionProgress, ResubmissionSample } from './resubmission.js';
export { Resubmissions, type NewResubmission } from './resubmissions.service.js';
export { refused } from './reported-result.js';
export { SettleService, type SettleResult } from './settle.service.js';
export type { AnswerTo, AttemptEnd, Retry, SettledLine, Settlement, StoredAnswer } from './settlement.js';
export { LEASE_RAN_OUT } from './statements/claim-parts.js';
export type { DueClaim, ResubmissionTerms } from './statements/claim.statement.js';
export { inMs } from './statements/in-ms.js';
export { AGE_BUCKETS, type AgeBucket, type BoardFilter } from './statements/failure-board.statement.js';
export type { ReportMessage } from './statements/result.statement.js';
export { LINE_RESULTS, SKIP_REASONS, type LineResult, type SkipReason } from './statements/resubmission.statement.js';
export {
  InvalidTransitionError,
  LINE_STATUSES,
  LINE_TRANSITIONS,
  ORDER_STATUSES,
  isUnpaid,
  next,
  sourcesOf,
  wasPaid,
  type LineStatus,
  type OrderStatus,
} from './transitions.js';
