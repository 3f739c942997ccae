import { Module, type DynamicModule } from '@nestjs/common';
import { AcceptedLines } from './accepted-lines.service.js';
import { Backlog } from './backlog.service.js';
import { DueLines } from './due-lines.service.js';
import { DueTurns } from './due-turns.service.js';
import { FailureBoard } from './failure-board.service.js';
import { IdempotencyRecords } from './idempotency-records.service.js';
import { LearnerCorrection } from './learner-correction.service.js';
import { LineHolds } from './line-holds.service.js';
import { LineResults } from './line-results.service.js';
import { OrderReader } from './order-reader.service.js';
import { OrderHistory } from './order-history.service.js';
import { OrdersDatabase } from './orders.database.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import { OrdersService } from './orders.service.js';
import { PendingOrders } from './pending-orders.service.js';
import { RefundHolds } from './refund-holds.service.js';
import { ResubmissionReader } from './resubmission-reader.service.js';
import { Resubmissions } from './resubmissions.service.js';
import { SettleService } from './settle.service.js';

/** Owns orders and everything about their state. Expects MikroORM's `EntityManager` to be injectable. */
@Module({})
export class OrdersModule {
  static forRoot(options: OrdersOptions): DynamicModule {
    return {
      module: OrdersModule,
      global: true,
      providers: [{ provide: ORDERS_OPTIONS, useValue: options }, OrdersDatabase, OrdersService, SettleService, OrderReader, IdempotencyRecords, DueLines, Backlog, LineHolds, LearnerCorrection, FailureBoard, Resubmissions, ResubmissionReader, DueTurns, AcceptedLines, LineResults, PendingOrders, RefundHolds, OrderHistory],
      exports: [OrdersDatabase, OrdersService, SettleService, OrderReader, IdempotencyRecords, DueLines, Backlog, LineHolds, LearnerCorrection, FailureBoard, Resubmissions, ResubmissionReader, DueTurns, AcceptedLines, LineResults, PendingOrders, RefundHolds, OrderHistory],
    };
  }
}
