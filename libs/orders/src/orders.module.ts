import { Module, type DynamicModule } from '@nestjs/common';
import { IdempotencyRecords } from './idempotency-records.service.js';
import { OrderReader } from './order-reader.service.js';
import { OrdersDatabase } from './orders.database.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import { OrdersService } from './orders.service.js';
import { SettleService } from './settle.service.js';

/** Owns orders and everything about their state. Expects MikroORM's `EntityManager` to be injectable. */
@Module({})
export class OrdersModule {
  static forRoot(options: OrdersOptions): DynamicModule {
    return {
      module: OrdersModule,
      global: true,
      providers: [{ provide: ORDERS_OPTIONS, useValue: options }, OrdersDatabase, OrdersService, SettleService, OrderReader, IdempotencyRecords],
      exports: [OrdersService, SettleService, OrderReader, IdempotencyRecords],
    };
  }
}
