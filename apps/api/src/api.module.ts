import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { Delivery } from '#composition';
import type { AppConfig } from '#config';
import { SchedulerModule } from '#scheduler';
import { JwtGuard } from './auth/jwt.guard.js';
import { TokenReader } from './auth/token.reader.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CoursesController } from './courses/courses.controller.js';
import { DependenciesController } from './dependencies/dependencies.controller.js';
import { DependencyOperations } from './dependencies/dependency-operations.service.js';
import { OrderCodesController } from './enrollment-codes/order-codes.controller.js';
import { RedemptionsController } from './enrollment-codes/redemptions.controller.js';
import { FailuresController } from './failures/failures.controller.js';
import { HealthController } from './health/health.controller.js';
import { LinksModule } from './links/links.module.js';
import { LineOperationsController } from './orders/line-operations.controller.js';
import { LineOperations } from './orders/line-operations.service.js';
import { OrderOperations } from './orders/order-operations.service.js';
import { OrdersController } from './orders/orders.controller.js';
import { PartnersController } from './partners/partners.controller.js';
import { InvoicesController } from './payments/invoices.controller.js';
import { OrderPaymentsController } from './payments/order-payments.controller.js';
import { PaymentOperations } from './payments/payment-operations.service.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentProcessorsController } from './payment-processors/payment-processors.controller.js';
import { PaymentReconciliationsController } from './payment-reconciliations/payment-reconciliations.controller.js';
import { PricesController } from './prices/prices.controller.js';
import { ProductTypesController } from './product-types/product-types.controller.js';
import { ProductsController } from './products/products.controller.js';
import { KeyedRefunds } from './refunds/keyed-refunds.service.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { ResubmissionsController } from './resubmissions/resubmissions.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ValidationPipe } from './problems/validation.pipe.js';
import { PublicationsController } from './publications/publications.controller.js';
import { ResultsController } from './results/results.controller.js';
import { SignedCallbackGuard } from './results/signed-callback.guard.js';
import { RolloutOperations } from './rollout/rollout-operations.service.js';
import { RolloutController } from './rollout/rollout.controller.js';
import { HAS_LEGACY } from './rollout/rollout.options.js';
import { SkusController } from './skus/skus.controller.js';
import { PaymentEventsController } from './webhooks/payment-events.controller.js';
import { WebhookReception } from './webhooks/webhook-reception.service.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

export const SERVICE = 'order-fulfillment-api';

const SELLING = [CheckoutController, RedemptionsController, OrderCodesController, OrdersController, OrderPaymentsController, InvoicesController, PaymentsController, ResultsController, WebhooksController, PaymentEventsController, RefundsController];
const OPERATING = [LineOperationsController, FailuresController, ResubmissionsController, DependenciesController, ProductTypesController, PaymentProcessorsController, PaymentReconciliationsController, RolloutController, CoursesController, ProductsController, SkusController, PricesController, PartnersController, PublicationsController, HealthController];
const CONTROLLERS = [...SELLING, ...OPERATING];
const SERVICES = [WebhookReception, OrderOperations, PaymentOperations, LineOperations, DependencyOperations, RolloutOperations, KeyedRefunds];

/** Wires the service. */
@Module({})
export class ApiModule {
  static forRoot(config: AppConfig, delivery: Delivery): DynamicModule {
    return {
      module: ApiModule,
      imports: [...delivery.modules, SchedulerModule.forProducer({ redisUrl: config.redisUrl }), LinksModule.forRoot(config.links)],
      controllers: CONTROLLERS,
      providers: [
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_PIPE, useClass: ValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: TokenReader, useFactory: () => new TokenReader(config.jwtSecret) },
        SignedCallbackGuard,
        ...SERVICES,
        { provide: HAS_LEGACY, useValue: config.links.legacyCheckoutUrl !== null },
      ],
    };
  }
}
