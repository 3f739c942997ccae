import { randomUUID } from 'node:crypto';
import { DeliveryFailure, type Fulfiller, type FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { AcceptanceChecks, FulfillerRegistry, LineDecisions, LineRetry, OrderEventHandler, ReportedResults, type WiredProductType } from '#fulfillment';
import { DependencyLimits, type Refusal } from '#limits';
import { AcceptedLines, DueLines, DueTurns, LineResults, OrderReader, OrdersService, SettleService, type AskedBy, type OrderClaim, type ReportedResult } from '#orders';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { PRODUCT_DETAILS } from '../../libs/fulfillment/src/product-details.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { newOrder, placed, type OrdersUnderTest } from './orders.js';

const SOON = { inMs: 60_000, costsAttempt: true };
export const checkout: AskedBy = { kind: 'checkout', actor: 'staff', reason: null };
export const operator = { kind: 'operator', actor: 'ops', reason: 'asked the provider' } as const;

/** Everything between the door and a fulfiller, as it is wired, on a real database. */
export async function deliveryOn(shop: OrdersUnderTest, type: Pick<WiredProductType, 'fulfiller' | 'capabilities' | 'dependency'>, { productType = 'seat', limits = {} } = {}) {
  const wired = { timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], ...type };
  const module = await Test.createTestingModule({
    providers: [
      ...DELIVERY_PROVIDERS,
      { provide: FulfillerRegistry, useValue: new FulfillerRegistry(new Map([[productType, wired]])) },
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 200 } },
      { provide: DependencyLimits, useValue: limits },
      { provide: RETRY_RULE, useValue: () => SOON },
      { provide: DELIVERY_LISTENER, useValue: () => undefined },
      ...[PRODUCT_DETAILS, DueTurns].map((provide) => ({ provide, useValue: null })),
      { provide: DueLines, useValue: shop.due },
      { provide: OrderReader, useValue: shop.reader },
      { provide: OrdersService, useValue: shop.orders },
      { provide: SettleService, useValue: shop.settling },
      { provide: AcceptedLines, useValue: shop.accepted },
      { provide: LineResults, useValue: shop.results },
    ],
  }).compile();
  module.useLogger(false);
  return { handler: module.get(OrderEventHandler), checks: module.get(AcceptanceChecks), retry: module.get(LineRetry), results: module.get(ReportedResults), decisions: module.get(LineDecisions) };
}

export const ACCEPTED = { reference: 'job-7', verifyAfterMs: 60_000, deadlineMs: 3_600_000, httpStatus: 202 };

type Step = 'accepts' | 'nothing' | 'there' | DeliveryFailure;

/** A provider that accepts for later, and plays its script where it has one. */
export class AcceptingProvider {
  script: Step[] = [];
  refusal: Refusal | null = null;
  readonly called: string[] = [];
  readonly references: (string | null)[] = [];
  /** Runs while a call is under way. */
  during: () => Promise<unknown> = () => Promise.resolve();
  leavesOut = 0;

  readonly fulfiller = { parseDetails: (raw: unknown) => raw, fulfill: this.play('fulfill', 'accepts'), verify: this.play('verify', 'nothing'), revoke: this.play('revoke', 'nothing') } as unknown as Fulfiller;

  private play(verb: string, usual: Step) {
    return async ({ acceptedReference }: FulfillmentRequest<unknown>) => {
      this.called.push(verb);
      this.references.push(acceptedReference);
      await this.during();
      const step = this.script.shift() ?? usual;
      if (step instanceof DeliveryFailure) throw step;
      if (step === 'accepts') return ACCEPTED;
      return step === 'there' ? { reference: 'mentor Ann' } : null;
    };
  }

  readonly limits = {
    ask: (_name: string, _traffic: string, wanted: number) => {
      if (!this.refusal) this.leavesOut += wanted;
      return Promise.resolve({ granted: this.refusal ? 0 : wanted, refusal: this.refusal });
    },
    report: () => Promise.resolve(void (this.leavesOut -= 1)),
    blocked: () => Promise.resolve(new Map(this.refusal ? [['mentors', this.refusal]] : [])),
  };
}

/** A shop whose provider accepts for later, with hands to move its clock. */
export async function acceptingShop(shop: OrdersUnderTest) {
  const provider = new AcceptingProvider();
  const capabilities = { revoke: true, asynchronous: true, sharedAccess: false };
  const parts = await deliveryOn(shop, { fulfiller: provider.fulfiller, dependency: 'mentors', capabilities }, { limits: provider.limits });
  const sell = async (lineCount = 1): Promise<OrderClaim> => {
    const claim = await placed(shop, newOrder({}, lineCount));
    provider.leavesOut += claim.lines.length; // the buyer's leave
    await parts.handler.handleShippingEvent(claim.order, claim, checkout);
    return claim;
  };
  return {
    provider,
    parts,
    sell,
    /** One line that the provider has accepted. */
    accepted: async () => {
      const claim = await sell();
      provider.called.length = 0;
      return { claim, lineId: idOf(claim) };
    },
    /** A message of the provider; a new one unless it is named. */
    report: (lineId: string, result: ReportedResult, messageId: string = randomUUID()) => parts.results.report(lineId, 'seat', { messageId, ...result }),
    check: (lineId: string) => parts.checks.perform({ id: `${lineId}/seat`, alone: true }),
    row: async (lineId: string) => (await shop.sql<Record<string, unknown>>('select * from order_line where id = $1', [lineId]))[0],
    orderOf: (claim: OrderClaim) => shop.reader.detail(claim.order.number),
    attempts: (lineId: string) => shop.sql<{ purpose: string; outcome: string; detail: string; http_status: number }>('select purpose, outcome, detail, http_status from fulfillment_attempt where line_id = $1 order by started_at', [lineId]),
    events: (lineId: string) => shop.sql<{ event: string; actor: string }>('select event, actor from order_history where line_id = $1 order by id', [lineId]),
    makeDue: (lineId: string) => shop.sql(`update order_line set next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]),
    endTheWait: (lineId: string) => shop.sql(`update order_line set accepted_until = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where id = $1`, [lineId]),
  };
}

export function idOf(claim: OrderClaim): string {
  return claim.lines[0]?.line.id ?? '';
}
