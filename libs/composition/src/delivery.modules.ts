import { MikroOrmModule } from '@mikro-orm/nestjs';
import type { DynamicModule } from '@nestjs/common';
import { CatalogModule, CatalogService } from '#catalog';
import { CheckoutModule } from '#checkout';
import { mikroOrmOptions, type DeliveryConfig } from '#config';
import { FulfillerRegistry, FulfillmentModule } from '#fulfillment';
import { LimitsModule } from '#limits';
import { LmsModule } from '#lms';
import { Metrics } from '#observability';
import { OrdersModule } from '#orders';
import { PaymentReconciliationModule } from '#payments';
import { WakeUps, retryRule } from '#scheduler';
import { CodeBookModule } from './code-book.module.js';
import { deliveryReporter } from './delivery.reporter.js';
import { deliveryTimes } from './delivery-times.js';
import { FiguresModule } from './figures.module.js';
import { HealthModule } from './health.module.js';
import { paymentInboxModule } from './payment-inbox.modules.js';
import { wiredProcessors } from './payment-processors.js';
import { paymentsModule } from './payments.modules.js';
import { WAKE_BY_SCHEDULER } from './publication.modules.js';
import { refundsModule } from './refunds.modules.js';
import { readTokenMap } from './token-map.js';

/** What a program that delivers settles for itself. */
export interface DeliverySettings {
  /** As logs and figures name the program. */
  readonly service: string;
  /** So many holders in a row that were lost with a line end it. Only the program that retries needs it. */
  readonly maxLostLeases?: number;
}

/** What delivers, to be built by a program. */
export interface Delivery {
  readonly modules: (DynamicModule | Promise<DynamicModule>)[];
  /** Any request, and any piece of the scheduler's work on orders and payments, is over by then: how long a stop waits. */
  readonly longestWorkMs: number;
}

/**
 * The modules that every program needs that delivers, bound to one another: the retry rule to the scheduler's policy, the
 * catalog's check of a product's details to the fulfillers, what is settled to figures and wake-ups. The program adds its `SchedulerModule`.
 *
 * @throws what stops a boot, with a sentence that says what to change.
 */
export async function deliveryModules(config: DeliveryConfig, { service, maxLostLeases }: DeliverySettings): Promise<Delivery> {
  const { checkoutDeadlineMs: deadlineMs, fulfillmentLeaseMs: leaseMs, lmsTimeoutMs: defaultTimeoutMs } = config;
  const { tokenMap, retries } = await readTokenMap(config);
  const processors = await wiredProcessors(config);
  const { answerDueMs, longestWorkMs } = deliveryTimes(config, processors.waits);
  const modules = [
    MikroOrmModule.forRoot({ ...mikroOrmOptions({ ...config.database, isService: true }), registerRequestContext: false, autoLoadEntities: false }),
    OrdersModule.forRoot({ leaseMs, answerDueMs }),
    LmsModule.forRoot(config.lms),
    CodeBookModule.forRoot(),
    LimitsModule.forRoot({ redisUrl: config.redisUrl, breaker: config.breaker, ratePerMinute: { lms: config.lms.ratePerMinute } }),
    FiguresModule.forRoot(service),
    HealthModule.forRoot(config.redisUrl),
    processors.module,
    await FulfillmentModule.forRoot({
      tokenMap,
      defaultTimeoutMs,
      deadlineMs,
      leaseMs,
      retryRule: retryRule(retries),
      listener: { inject: [Metrics, WakeUps], useFactory: deliveryReporter },
      productDetails: { inject: [CatalogService], useFactory: (catalog: CatalogService) => (productIds) => catalog.detailsOf(productIds) },
      ...(maxLostLeases === undefined ? {} : { maxLostLeases }),
    }),
    paymentsModule(config),
    await refundsModule(config),
    PaymentReconciliationModule.forRoot({ leaseMs, repair: config.reconcileRepair }),
    paymentInboxModule(config),
    CheckoutModule.forRoot({ pendingOrderTtlMs: config.pendingOrderTtlMs }),
    CatalogModule.forRoot({ detailsCheck: FulfillerRegistry, wakePublications: WAKE_BY_SCHEDULER }),
  ];
  return { modules, longestWorkMs };
}
