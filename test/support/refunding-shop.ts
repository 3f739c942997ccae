import { randomUUID } from 'node:crypto';
import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Test } from '@nestjs/testing';
import { DeliveryFailure, type Fulfiller, type FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { mikroOrmOptions } from '#config';
import { FulfillerRegistry, OrderEventHandler } from '#fulfillment';
import { DependencyLimits } from '#limits';
import { OrdersModule, OrderReader, OrdersService, SettleService, type AskedBy, type NewLine, type NewOrder, type OrderSnapshot } from '#orders';
import { GatewayCalls, GatewayFailure, PaymentBalance, PaymentLedger, ProcessorRegistry, type AccessRule, type GatewayDispute, type GatewayPayment, type GatewayRefund, type Payment, type PaymentProcessor, type RefundRequest, type StartedPayment } from '#payments';
import { LatePayments, RefundAccess, RefundDecisions, RefundMoney, RefundReader, RefundsService, type RefundRules } from '#refunds';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { RefundClaims } from '../../libs/refunds/src/halves/refund-claims.service.js';
import { REFUND_PROVIDERS } from '../../libs/refunds/src/refunds.module.js';
import { REFUNDS_OPTIONS, USUAL_RETRY } from '../../libs/refunds/src/refunds.options.js';
import { LEASE_MS, newLine, newOrder, openOrders } from './orders.js';

export const PRICE_MINOR = 4_900;
export const staff = { actor: 'olga', isStaff: true } as const;
export const olga = { actor: 'olga', reason: 'the learner asked' } as const;
export const checkout: AskedBy = { kind: 'checkout', actor: 'staff', reason: null };
export const NO_ANSWER = new GatewayFailure('No answer.', { kind: 'timeout', passing: true, mayHaveArrived: true });
export const UNREACHABLE = new GatewayFailure('Connection refused.', { kind: 'network', passing: true });
export const REFUSED = new GatewayFailure('The account has too little money.', { kind: 'rejected', passing: false });
export const LMS_DOWN = new DeliveryFailure({ kind: 'network', detail: 'The LMS is down.', passing: true, mayHaveArrived: false });

export type Answer = GatewayRefund['status'] | GatewayFailure | { readonly arrivesThen: GatewayFailure };

/** A gateway with a ledger: what it returned, by key, whatever came of the answer. */
export class FakeGateway {
  readonly refunds: (GatewayRefund & { readonly paymentId: string; readonly key: string })[] = [];
  readonly disputes = new Map<string, GatewayDispute[]>();
  /** What the next calls of `refund` come to; `succeeded` when there is nothing more. */
  script: Answer[] = [];
  /** Runs when a call to return money has arrived, before it is answered. */
  during: () => Promise<unknown> = () => Promise.resolve();
  readonly called: string[] = [];
  /** What reading back comes to; null: what the ledger says. */
  unreadable: GatewayFailure | null = null;

  /** What left the gateway for a payment. */
  creditedMinor(paymentId: string): number {
    return this.of(paymentId).filter(({ status }) => status !== 'failed').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  }

  of(paymentId: string): GatewayRefund[] {
    return this.refunds.filter((refund) => refund.paymentId === paymentId);
  }

  /** What the gateway says of it from now on. */
  becomes(reference: string, status: GatewayRefund['status'], detail: string | null = null): void {
    const index = this.refunds.findIndex((refund) => refund.reference === reference);
    const refund = this.refunds[index];
    if (refund) this.refunds[index] = { ...refund, status, detail };
  }

  /** It was not the amount that it was asked for. */
  returned(paymentId: string, amountMinor: number): void {
    const index = this.refunds.findLastIndex((refund) => refund.paymentId === paymentId);
    const refund = this.refunds[index];
    if (refund) this.refunds[index] = { ...refund, amountMinor };
  }

  /** Somebody returns money in the gateway's own console. */
  console(paymentId: string, amountMinor: number, status: GatewayRefund['status'] = 'succeeded'): GatewayRefund {
    const refund = { reference: `re_console_${randomUUID()}`, refundId: null, amountMinor, status, detail: null, paymentId, key: '' };
    this.refunds.push(refund);
    return refund;
  }

  readonly processor = {
    verify: (payment: StartedPayment) => (this.unreadable ? Promise.reject(this.unreadable) : Promise.resolve(this.state(payment))),
    refund: async (payment: StartedPayment, request: RefundRequest) => {
      this.called.push(request.key);
      const step = this.script.shift() ?? 'succeeded';
      if (step instanceof GatewayFailure) throw step;
      if (!this.refunds.some(({ key }) => key === request.key) && this.creditedMinor(payment.paymentId) + request.amountMinor > payment.amountMinor) throw REFUSED;
      const made = this.make(payment.paymentId, request, typeof step === 'string' ? step : 'succeeded');
      await this.during();
      if (typeof step !== 'string') throw step.arrivesThen;
      return made;
    },
  } as unknown as PaymentProcessor;

  state({ paymentId, orderNumber, amountMinor, currency }: Pick<StartedPayment, 'paymentId' | 'orderNumber' | 'amountMinor' | 'currency'>): GatewayPayment {
    const rest = { captureReference: null, declined: null, refunds: this.of(paymentId), disputes: this.disputes.get(paymentId) ?? [] };
    return { reference: `pi_${paymentId}`, status: 'captured', amountMinor, capturedMinor: amountMinor, currency, paymentId, orderNumber, ...rest };
  }

  private make(paymentId: string, { key, refundId, amountMinor }: RefundRequest, status: GatewayRefund['status']): GatewayRefund {
    const before = this.refunds.find((refund) => refund.key === key);
    if (before) return before;
    const refund = { reference: `re_${randomUUID()}`, refundId, amountMinor, status, detail: null, paymentId, key };
    this.refunds.push(refund);
    return refund;
  }
}

/** An LMS that remembers who has which course. */
export class FakeProvider {
  readonly there = new Set<string>();
  readonly called: string[] = [];
  /** What the next calls do: nothing special (null), fail, or take effect and fail. */
  script: (DeliveryFailure | { readonly arrivesThen: DeliveryFailure } | null)[] = [];
  isDown = false;

  readonly fulfiller = {
    parseDetails: (raw: unknown) => raw,
    fulfill: (request: FulfillmentRequest<unknown>) => this.play('fulfill', () => this.there.add(keyOf(request))),
    verify: async (request: FulfillmentRequest<unknown>) => {
      await this.play('verify', () => undefined);
      return this.there.has(keyOf(request)) ? { reference: 'there' } : null;
    },
    revoke: (request: FulfillmentRequest<unknown>) => this.play('revoke', () => this.there.delete(keyOf(request))),
  } as unknown as Fulfiller;

  private play(verb: string, effect: () => unknown): Promise<{ reference: string }> {
    this.called.push(verb);
    if (this.isDown) return Promise.reject(LMS_DOWN);
    const step = this.script.shift() ?? null;
    if (step instanceof DeliveryFailure) return Promise.reject(step);
    effect();
    return step === null ? Promise.resolve({ reference: 'there' }) : Promise.reject(step.arrivesThen);
  }
}

export function keyOf({ learner, details }: { learner: { username: string }; details: unknown }): string {
  return `${learner.username} ${JSON.stringify(details)}`;
}

export interface RefundingOptions {
  readonly rules?: Partial<RefundRules>;
  readonly outsideRefunds?: AccessRule;
  readonly disputes?: AccessRule;
  readonly canRevoke?: boolean;
  readonly maxAgeMs?: number;
}

/** A shop that returns money and takes access back, on a real database; `replica` gives another process's parts on a pool of their own. */
export async function openRefundingShop() {
  const shop = await openOrders();
  const opened: { close(): Promise<void> }[] = [];
  const gateway = new FakeGateway();
  const provider = new FakeProvider();

  const replica = async ({ rules, outsideRefunds = 'ask', disputes = 'ask', canRevoke = true, maxAgeMs = USUAL_RETRY.maxAgeMs }: RefundingOptions = {}) => {
    const capabilities = { revoke: canRevoke, asynchronous: true, sharedAccess: true };
    const type = { fulfiller: provider.fulfiller, dependency: null, capabilities, timeoutMs: 500, maxQuantity: 10, repeatable: false, callbackSecrets: [] };
    const alike = { timeoutMs: 2_000, rules: { latePayments: 'refund', outsideRefunds, disputes } as const };
    const processors = new ProcessorRegistry([
      { ...alike, name: 'card', kind: 'gateway', gateway: gateway.processor },
      { ...alike, name: 'invoice', kind: 'bypass', bypass: { settle: () => ({ reference: null, owed: true }) } },
    ]);
    const module = await Test.createTestingModule({
      imports: [
        MikroOrmModule.forRoot({ ...mikroOrmOptions({ url: shop.databaseUrl, poolSize: 10 }), registerRequestContext: false, autoLoadEntities: false }),
        OrdersModule.forRoot({ leaseMs: LEASE_MS, answerDueMs: 15_000 }),
      ],
      providers: [
        ...DELIVERY_PROVIDERS,
        { provide: FulfillerRegistry, useValue: new FulfillerRegistry(new Map([['seat', type]])) },
        { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 200 } },
        { provide: DependencyLimits, useValue: {} },
        { provide: RETRY_RULE, useValue: () => ({ inMs: 60_000, costsAttempt: true }) },
        { provide: DELIVERY_LISTENER, useValue: () => undefined },
        { provide: PRODUCT_DETAILS, useValue: null },
        { provide: ProcessorRegistry, useValue: processors },
        PaymentLedger,
        PaymentBalance,
        GatewayCalls,
        { provide: REFUNDS_OPTIONS, useValue: { leaseMs: LEASE_MS, retry: { ...USUAL_RETRY, maxAgeMs }, rules: { requestWindowMs: 14 * 86_400_000, autoApprove: () => null, ...rules } } },
        ...REFUND_PROVIDERS,
      ],
    }).compile();
    module.useLogger(false);
    await module.init();
    opened.push(module);
    return {
      refunds: module.get(RefundsService),
      /** Writes decisions, and does nothing that follows. */
      decisions: module.get(RefundDecisions),
      reader: module.get(RefundReader),
      money: module.get(RefundMoney),
      access: module.get(RefundAccess),
      late: module.get(LatePayments),
      claims: module.get(RefundClaims),
      balance: module.get(PaymentBalance),
      payments: module.get(PaymentLedger),
      handler: module.get(OrderEventHandler),
      orders: module.get(OrdersService),
      orderReader: module.get(OrderReader),
      settling: module.get(SettleService),
    };
  };
  const one = await replica();

  const pay = async ({ id, number }: Pick<OrderSnapshot, 'id' | 'number'>, { amountMinor = PRICE_MINOR, processor = 'card', opens = true } = {}): Promise<string> => {
    const paymentId = randomUUID();
    await shop.sql(
      `insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, captured_minor, captured_currency, opened_order, created_at, captured_at, updated_at)
       values ($1, $2, $3, $4, 'captured', $5, 'USD', $7, $5, 'USD', $6, now(), now(), now())`,
      [paymentId, id, number, processor, amountMinor, opens, `pi_${paymentId}`],
    );
    return paymentId;
  };

  return {
    shop,
    gateway,
    provider,
    ...one,
    replica,
    pay,
    /** A paid order, delivered unless it is said otherwise. */
    sell: async ({ lineCount = 1, deliver = true, processor = 'card', lines, order: change = {} }: { lineCount?: number; deliver?: boolean; processor?: string | null; lines?: NewLine[]; order?: Partial<NewOrder> } = {}) => {
      const wanted = lines ?? Array.from({ length: lineCount }, () => newLine({ unitPriceMinor: processor === null ? 0 : PRICE_MINOR, details: { courseId: randomUUID() } }));
      const claim = await one.orders.place(newOrder({ ...change, lines: wanted }));
      if (!claim) throw new Error('The order was not placed.');
      const paymentId = processor === null ? '' : await pay(claim.order, { amountMinor: claim.order.totalMinor, processor });
      if (deliver) await one.handler.handleShippingEvent(claim.order, claim, checkout);
      provider.called.length = 0;
      return { claim, order: claim.order, orderNumber: claim.order.number, paymentId, lineIds: wanted.map(({ id }) => id), lines: wanted, learner: claim.order.learner.username };
    },
    has: (learner: string, { details }: Pick<NewLine, 'details'>) => provider.there.has(keyOf({ learner: { username: learner }, details })),
    lineRows: (orderId: string) => shop.sql<Record<string, unknown>>('select * from order_line where order_id = $1 order by position', [orderId]),
    statuses: async (orderId: string) => (await one.orderReader.byId(orderId)).lines.map(({ status }) => status),
    orderStatus: async (orderId: string) => (await one.orderReader.byId(orderId)).status,
    payment: (id: string): Promise<Payment> => one.payments.byId(id),
    makeDue: (refundId: string) => shop.sql(`update refund set next_attempt_at = now() - interval '1 second', lease_until = case when claim_id is not null then now() - interval '1 second' end where id = $1`, [refundId]),
    /** The same, but for one that waits for nothing. */
    makeDueIfWaiting: (refundId: string) =>
      shop.sql(`update refund set next_attempt_at = now() - interval '1 second', lease_until = case when claim_id is not null then now() - interval '1 second' end where id = $1 and next_attempt_at is not null`, [refundId]),
    /** Tells what the gateway says of a payment. */
    notice: async (paymentId: string, by = one) => {
      const payment = await one.payments.byId(paymentId);
      await by.refunds.observe(payment, gateway.state({ ...payment, paymentId }));
    },
    close: async () => {
      for (const module of opened) await module.close();
      await shop.close();
    },
  };
}

export type RefundingShop = Awaited<ReturnType<typeof openRefundingShop>>;
