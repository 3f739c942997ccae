import { randomUUID } from 'node:crypto';
import { DeliveryFailure, type Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { Test } from '@nestjs/testing';
import { FulfillerRegistry, OrderEventHandler, PRODUCT_DETAILS, ResubmissionTurns, type ProductDetails } from '#fulfillment';
import { DependencyLimits, type Refusal } from '#limits';
import { AcceptedLines, DueLines, DueTurns, LineResults, OrderReader, OrdersService, ResubmissionReader, Resubmissions, SettleService, type NewLine, type NewResubmission, type OrderClaim, type ResubmissionFilter, type Settlement } from '#orders';
import { DELIVERY_LISTENER } from '../../libs/fulfillment/src/delivery.listener.js';
import { DELIVERY_PROVIDERS } from '../../libs/fulfillment/src/fulfillment.module.js';
import { FULFILLMENT_OPTIONS } from '../../libs/fulfillment/src/fulfillment.options.js';
import { RETRY_RULE } from '../../libs/fulfillment/src/retry-rule.js';
import { OrdersDatabase } from '../../libs/orders/src/orders.database.js';
import { LEASE_MS, REJECTED, allEnded, newLine, newOrder, placed, type OrdersUnderTest } from './orders.js';

/** The parking lot's services on the database of an orders lib under test. */
export function parkingLot({ em }: OrdersUnderTest) {
  const database = new OrdersDatabase(em);
  const options = { leaseMs: LEASE_MS, answerDueMs: 1 };
  return { resubmissions: new Resubmissions(database), reader: new ResubmissionReader(database), due: new DueTurns(database, options) };
}

/** An order of one line that ended like this. */
export async function unfinished(shop: OrdersUnderTest, change: Partial<NewLine> = {}, settlement: Settlement = REJECTED): Promise<{ claim: OrderClaim; lineId: string; number: string; username: string }> {
  const claim = await placed(shop, newOrder({ lines: [newLine(change)] }));
  await shop.settling.settle(claim, 'staff', allEnded(claim, settlement));
  return { claim, lineId: claim.lines[0]?.line.id ?? '', number: claim.order.number, username: claim.order.learner.username };
}

/** A wish to send lines again, under a key of its own. */
export function wish(filter: ResubmissionFilter, change: Partial<NewResubmission> = {}): NewResubmission {
  return { filter, actor: 'olga', reason: 'the LMS works again', refreshDetails: false, confirm: false, idempotencyKey: randomUUID(), fingerprint: 'f', ...change };
}

/** A provider that keeps a list of the calls that reach it, and fails as long as it is told to. */
export class ListingProvider {
  readonly calls: { readonly lineKey: string; readonly details: unknown }[] = [];
  failure: DeliveryFailure | null = null;
  readonly fulfiller = {
    parseDetails: (raw: unknown) => raw,
    fulfill: async ({ idempotencyKey, details }: { idempotencyKey: string; details: unknown }) => {
      this.calls.push({ lineKey: idempotencyKey, details });
      await Promise.resolve();
      if (this.failure) throw this.failure;
      return { reference: 'there' };
    },
    verify: () => Promise.resolve(null),
    revoke: () => Promise.resolve(),
  } as unknown as Fulfiller;
}

export const BAD_GATEWAY = new DeliveryFailure({ kind: 'server', detail: 'Bad gateway', passing: true });

/** What the limits say, and how many leaves are out. */
export class FakeLimits {
  refusal: Refusal | null = null;
  blockedNames = new Set<string>();
  leavesOut = 0;
  ask(_name: string, _traffic: string, wanted: number) {
    if (this.refusal) return Promise.resolve({ granted: 0, refusal: this.refusal });
    this.leavesOut += wanted;
    return Promise.resolve({ granted: wanted, refusal: null });
  }
  report() {
    this.leavesOut -= 1;
    return Promise.resolve();
  }
  blocked() {
    return Promise.resolve(this.blockedNames);
  }
}

const NO_DETAILS: ProductDetails = () => Promise.resolve({});

/** The due-work source with its door to delivery, as it is wired, but for the provider and its limits. `seat` has the provider `lms`, `donation` none. */
export async function turnsOf(shop: OrdersUnderTest, { provider = new ListingProvider(), limits = new FakeLimits(), productDetails = NO_DETAILS } = {}) {
  const wired = { fulfiller: provider.fulfiller, timeoutMs: 500, maxQuantity: 1, repeatable: false, callbackSecrets: [], capabilities: { revoke: true, asynchronous: false, sharedAccess: true } };
  const registry = new FulfillerRegistry(new Map([['seat', { ...wired, dependency: 'lms' }], ['donation', { ...wired, dependency: null }]]));
  const module = await Test.createTestingModule({
    providers: [
      ...DELIVERY_PROVIDERS,
      { provide: OrderReader, useValue: shop.reader },
      { provide: FulfillerRegistry, useValue: registry },
      { provide: FULFILLMENT_OPTIONS, useValue: { deadlineMs: 2_000, maxLostLeases: 3, waitForLeaveMs: 0 } },
      { provide: DependencyLimits, useValue: limits },
      { provide: RETRY_RULE, useValue: () => ({ inMs: 60_000, costsAttempt: true }) },
      { provide: DELIVERY_LISTENER, useValue: () => undefined },
      { provide: PRODUCT_DETAILS, useValue: productDetails },
      { provide: DueLines, useValue: shop.due },
      { provide: DueTurns, useValue: parkingLot(shop).due },
      { provide: AcceptedLines, useValue: null },
      { provide: LineResults, useValue: null },
      { provide: OrdersService, useValue: shop.orders },
      { provide: SettleService, useValue: shop.settling },
    ],
  }).compile();
  module.useLogger(false);
  return { turns: module.get(ResubmissionTurns), handler: module.get(OrderEventHandler), provider, limits };
}
