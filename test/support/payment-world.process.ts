import { MikroOrmModule } from '@mikro-orm/nestjs';
import type { DynamicModule, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ApprovedPayments, PaymentAbandonment, PaymentConfirmation, PaymentStart } from '#checkout';
import { mikroOrmOptions } from '#config';
import { LINE_RETRY, LineRetry } from '#fulfillment';
import { DependencyLimits } from '#limits';
import { OrdersDatabase, OrdersModule, PendingOrders } from '#orders';
import { ORDER_EXPIRY, OrderExpiry, PAYMENT_CHECKS, PAYMENT_EVENTS, PaymentChecks, PaymentEvents, PaymentInboxModule, PaymentLedger, PaymentSync, ProcessorRegistry, WebhookInbox, type ProcessorRules } from '#payments';
import { LATE_PAYMENTS, LatePayments, REFUND_ACCESS, REFUND_MONEY, RefundAccess, RefundMoney, RefundsModule, type RefundRules } from '#refunds';
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
import { TcpProxy } from './tcp-proxy.js';

/** Nobody outlives it but who was killed: the world moves the leases of the dead. */
const LEASE_MS = 60_000;
const ANSWER_DUE_MS = 15_000;
/** Of one call. */
export const GATEWAY_TIMEOUT_MS = 150;
const RETRY_IN_MS = 60_000;
const POOL_SIZE = 8;

/** A source of work as the scheduler would call it. */
export interface Source {
  readonly name: string;
  findDue(limit: number): Promise<readonly { readonly id: string; readonly alone: boolean }[]>;
  perform(work: { readonly id: string; readonly alone: boolean }): Promise<void>;
}

/** What processes share. */
export interface ProcessSurroundings {
  readonly databaseUrl: string;
  readonly gatewayUrl: string;
  readonly provider: WorldProvider;
  /** By processor; changed at will. */
  readonly rules: Readonly<Record<'stripe' | 'paypal', ProcessorRules>>;
}

/** What a provider's next call meets; `away`: every call, until it is mended. */
export const PROVIDER_FAULTS = ['refused', 'lost before', 'lost after', 'slow', 'away'] as const;
export type ProviderFault = (typeof PROVIDER_FAULTS)[number];

/** What is sold. */
export interface WorldProduct {
  readonly id: string;
  readonly sku: string;
  readonly priceMinor: number;
  readonly details: Readonly<Record<string, string>>;
  readonly soldOnce: boolean;
}

/** Whoever delivers what is sold. */
export interface WorldProvider {
  readonly products: readonly WorldProduct[];
  /** Null: it is in this process, and reached without a way. */
  readonly url: string | null;
  /** Provides and exports `FulfillerRegistry`, for a process that reaches the provider at this URL. */
  module(url: string | null, isAlive: () => boolean): DynamicModule;
  /** Forgets what it delivered, and works. */
  reset(): Promise<void>;
  /** Works; what it delivered stays, and nothing of it is on its way any more. */
  mend(): Promise<void>;
  fail(fault: ProviderFault): Promise<void>;
  /** Resolves when no call of a process that was killed can still arrive. */
  settled(): Promise<void>;
}

/** What an API or a worker would be, on ways of its own to PostgreSQL, to the gateway and to the provider. */
export class WorldProcess {
  private readonly ended: Promise<never>;
  private end: (error: Error) => void = () => undefined;

  private constructor(
    private readonly life: { isOver: boolean },
    private readonly module: Awaited<ReturnType<typeof build>>,
    private readonly ways: Ways,
  ) {
    this.ended = new Promise((_, reject) => (this.end = reject));
    this.ended.catch(() => undefined);
  }

  static async start(surroundings: ProcessSurroundings): Promise<WorldProcess> {
    const ways = await openWays(surroundings);
    const life = { isOver: false };
    return new WorldProcess(life, await build(surroundings, ways, () => !life.isOver), ways);
  }

  get isAlive(): boolean {
    return !this.life.isOver;
  }

  get sources(): readonly Source[] {
    return SOURCES.map((source) => this.get(source));
  }

  get<Service>(service: Type<Service>): Service {
    return this.module.get(service, { strict: false });
  }

  get sync(): PaymentSync {
    return this.get(PaymentSync);
  }

  get ledger(): PaymentLedger {
    return this.get(PaymentLedger);
  }

  get orders(): PendingOrders {
    return this.get(PendingOrders);
  }

  get database(): OrdersDatabase {
    return this.get(OrdersDatabase);
  }

  get inbox(): WebhookInbox {
    return this.get(WebhookInbox);
  }

  /** Where this process sees the gateway. */
  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.ways.gateway.port}`;
  }

  /** Does the work; whoever waits for it is let go when the process is killed. @throws {KilledError} */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.isAlive) return Promise.reject(new KilledError());
    const running = work();
    running.catch(() => undefined);
    return Promise.race([running, this.ended]);
  }

  /** As `kill -9`: from now on it reaches nobody, and nothing that it had in hand goes on. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.life.isOver = true;
    this.end(new KilledError());
    await cut(this.ways);
    // What is left of it ends by itself: it has nobody to talk to.
    void this.module.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    if (!this.isAlive) return;
    this.life.isOver = true;
    await this.module.close();
    await cut(this.ways);
  }
}

export class KilledError extends Error {
  override readonly name = 'KilledError';
}

const SOURCES: readonly Type<Source>[] = [LineRetry, PaymentChecks, OrderExpiry, PaymentEvents, RefundMoney, RefundAccess, LatePayments];
/** Their names. */
export const SOURCE_NAMES = [LINE_RETRY, PAYMENT_CHECKS, ORDER_EXPIRY, PAYMENT_EVENTS, REFUND_MONEY, REFUND_ACCESS, LATE_PAYMENTS] as const;
const REFUND_RULES: RefundRules = { requestWindowMs: 3_600_000, autoApprove: ({ amountMinor }) => (amountMinor < 1_000 ? 'small' : null) };

interface Ways {
  readonly database: TcpProxy;
  readonly gateway: TcpProxy;
  readonly provider: TcpProxy | null;
}

async function openWays({ databaseUrl, gatewayUrl, provider: { url } }: ProcessSurroundings): Promise<Ways> {
  const to = (target: string) => TcpProxy.listen({ host: new URL(target).hostname, port: Number(new URL(target).port) });
  const [database, gateway, provider] = await Promise.all([to(databaseUrl), to(gatewayUrl), url === null ? null : to(url)]);
  return { database, gateway, provider };
}

async function cut({ database, gateway, provider }: Ways): Promise<void> {
  await Promise.all([database.close(), gateway.close(), provider?.close()]);
}

async function build({ databaseUrl, provider, rules }: ProcessSurroundings, { database, gateway, provider: way }: Ways, isAlive: () => boolean) {
  const orm = { ...mikroOrmOptions({ url: database.through(databaseUrl), poolSize: POOL_SIZE, isService: true }), registerRequestContext: false, autoLoadEntities: false };
  const module = await Test.createTestingModule({
    imports: [
      MikroOrmModule.forRoot(orm),
      OrdersModule.forRoot({ leaseMs: LEASE_MS, answerDueMs: ANSWER_DUE_MS }),
      processorsModule(`http://127.0.0.1:${gateway.port}`, rules),
      deliveryModule(provider.module(way && `http://127.0.0.1:${way.port}`, isAlive)),
      paymentsModule({ fulfillmentLeaseMs: LEASE_MS }),
      buyersModule(),
      RefundsModule.forRoot({ leaseMs: LEASE_MS, rules: REFUND_RULES }),
      PaymentInboxModule.forRoot({ onReceived: { inject: [], useFactory: () => () => undefined } }),
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
