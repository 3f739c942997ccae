import { MikroOrmModule } from '@mikro-orm/nestjs';
import { EntityManager } from '@mikro-orm/postgresql';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CatalogModule } from '#catalog';
import { CheckoutModule } from '#checkout';
import { mikroOrmOptions, readProductTypes, type AppConfig } from '#config';
import { FulfillerRegistry, FulfillmentModule } from '#fulfillment';
import { LmsModule } from '#lms';
import { OrdersModule } from '#orders';
import { JwtGuard } from './auth/jwt.guard.js';
import { TokenReader } from './auth/token.reader.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { Dependencies } from './health/dependencies.js';
import { HealthController } from './health/health.controller.js';
import { OrderOperations } from './orders/order-operations.service.js';
import { OrdersController } from './orders/orders.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ValidationPipe } from './problems/validation.pipe.js';

/** A request may take this much longer than its checkout deadline before its key counts as abandoned. */
const ANSWER_MARGIN_MS = 5_000;

/** Wires the service. The catalog's check of a product's details is bound to the fulfillers here. */
@Module({})
export class ApiModule {
  static async forRoot(config: AppConfig): Promise<DynamicModule> {
    const { checkoutDeadlineMs: deadlineMs, fulfillmentLeaseMs: leaseMs, lmsTimeoutMs: defaultTimeoutMs } = config;
    const tokenMap = await readProductTypes(config.productTypesFile);
    return {
      module: ApiModule,
      imports: [
        MikroOrmModule.forRoot({ ...mikroOrmOptions(config.database), registerRequestContext: false, autoLoadEntities: false }),
        OrdersModule.forRoot({ leaseMs, answerDueMs: deadlineMs + ANSWER_MARGIN_MS }),
        LmsModule.forRoot(config.lms),
        await FulfillmentModule.forRoot({ tokenMap, defaultTimeoutMs, deadlineMs, leaseMs }),
        CatalogModule.forRoot({ detailsCheck: FulfillerRegistry }),
        CheckoutModule,
      ],
      controllers: [CheckoutController, OrdersController, HealthController],
      providers: [
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: TokenReader, useFactory: () => new TokenReader(config.jwtSecret) },
        { provide: Dependencies, inject: [EntityManager], useFactory: (em: EntityManager) => new Dependencies(em, config.redisUrl) },
        OrderOperations,
      ],
    };
  }
}
