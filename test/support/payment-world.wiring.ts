import { MikroOrmModule } from '@mikro-orm/nestjs';
import type { DynamicModule } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ApprovedPayments, PaymentAbandonment, PaymentConfirmation, PaymentStart } from '#checkout';
import { mikroOrmOptions } from '#config';
import { DependencyLimits } from '#limits';
import { OrdersModule } from '#orders';
import { PaymentInboxModule, ProcessorRegistry, type ProcessorRules } from '#payments';
import { RefundsModule, type RefundRules } from '#refunds';
import { PaymentAttempt } from '../../libs/checkout/src/payment-attempt.service.js';
import { SaleCheck } from '../../libs/checkout/src/sale-check.service.js';
import { paymentsModule } from '../../libs/composition/src/payments.modules.js';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import type { PaymentProcessor } from '../../libs/payments/src/contract/payment-processor.js';
import { PayPalProcessorModule } from '../../libs/payments/src/paypal/paypal.module.js';
import { StripeProcessorModule } from '../../libs/payments/src/stripe/stripe.module.js';
import { processorOptions } from './payment-world.gateway.js';
import type { WorldProvider } from './payment-world.provider.js';

/** Nobody outlives it but who was killed: the world moves the leases of the dead. */
const LEASE_MS = 60_000;
const ANSWER_DUE_MS = 15_000;
/** Of one call. */
export const GATEWAY_TIMEOUT_MS = 150;
const RETRY_IN_MS = 60_000;
const POOL_SIZE = 8;

const REFUND_RULES: RefundRules = { requestWindowMs: 3_600_000, autoApprove: ({ amountMinor }) => (amountMinor < 1_000 ? 'small' : null) };

/** What processes share. */
export interface ProcessSurroundings {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly provider: WorldProvider;
  /** By processor; changed at will. */
  readonly rules: Readonly<Record<'stripe' | 'paypal', ProcessorRules>>;
}

/** A process's own ways to the others. */
interface Reach {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly providerUrl: string | null;
}

/** Everything that an API or a worker has to do with payments, wired as they are. */
export async function wire({ provider, rules }: ProcessSurroundings, { databaseUrl, gatewayUrl, providerUrl }: Reach, isAlive: () => boolean): Promise<TestingModule> {
  const orm = { ...mikroOrmOptions({ url: databaseUrl, poolSize: POOL_SIZE, isService: true }), registerRequestContext: false, autoLoadEntities: false };
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot(orm),
      OrdersModule.forRoot({ leaseMs: LEASE_MS, answerDueMs: ANSWER_DUE_MS }),
      processorsModule(gatewayUrl, rules),
      deliveryModule(provider.module(providerUrl, isAlive)),
      paymentsModule({ fulfillmentLeaseMs: LEASE_MS }),
      buyersModule(),
      RefundsModule.forRoot({ leaseMs: LEASE_MS, rules: REFUND_RULES }),
      PaymentInboxModule.forRoot({ onReceived: { inject: [], useFactory: () => () => undefined }, bodyDays: 0 }),
    ],
  }).compile();
  module.useLogger(false);
  await module.init();
  return module;
}

class ProcessorsModule {}

/** The two gateways as the map would name them. */
function processorsModule(apiUrl: string, rules: ProcessSurroundings['rules']): DynamicModule {
  const tokens = { stripe: Symbol('stripe'), paypal: Symbol('paypal') };
  const options = processorOptions(apiUrl);
  const wired = (name: 'stripe' | 'paypal', gateway: PaymentProcessor) => ({ name, kind: 'gateway' as const, gateway, timeoutMs: GATEWAY_TIMEOUT_MS, rules: rules[name] });
  return {
    module: ProcessorsModule,
    global: true,
    imports: [
      StripeProcessorModule.register({ token: tokens.stripe, name: 'stripe', options: options.stripe, timeoutMs: GATEWAY_TIMEOUT_MS }),
      PayPalProcessorModule.register({ token: tokens.paypal, name: 'paypal', options: options.paypal, timeoutMs: GATEWAY_TIMEOUT_MS }),
    ],
    providers: [
      {
        provide: ProcessorRegistry,
        inject: [tokens.stripe, tokens.paypal],
        useFactory: (stripe: PaymentProcessor, paypal: PaymentProcessor) => new ProcessorRegistry([wired('stripe', stripe), wired('paypal', paypal)]),
      },
    ],
    exports: [ProcessorRegistry],
  };
}

class BuyersModule {}

/** What buyers do about their payments. Whatever they bought is still sold, and at its price. */
function buyersModule(): DynamicModule {
  const useCases = [ApprovedPayments, PaymentStart, PaymentConfirmation, PaymentAbandonment];
  const sale: Pick<SaleCheck, 'isStillSold'> = { isStillSold: () => Promise.resolve(true) };
  return { module: BuyersModule, providers: [...useCases, PaymentAttempt, { provide: SaleCheck, useValue: sale }], exports: useCases };
}

class DeliveryModule {}

/** Everything between the door and the fulfillers. */
function deliveryModule(provider: DynamicModule): DynamicModule {
  return {
    module: DeliveryModule,
    global: true,
    imports: [provider],
    providers: [
      ...DELIVERY_PROVIDERS,
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 1_000, waitForLeaveMs: 200 } },
      { provide: DependencyLimits, useValue: { blocked: () => Promise.resolve(new Map()) } },
      { provide: RETRY_RULE, useValue: () => ({ inMs: RETRY_IN_MS, costsAttempt: true }) },
      { provide: DELIVERY_LISTENER, useValue: () => undefined },
      { provide: PRODUCT_DETAILS, useValue: () => Promise.resolve({}) },
    ],
    exports: [...DELIVERY_PROVIDERS, provider],
  };
}
