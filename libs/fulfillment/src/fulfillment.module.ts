import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { FulfillerRegistryModule, type RegistryOptions } from './fulfiller-registry.module.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { AcceptanceChecks } from './acceptance-checks.service.js';
import { AccessCheck } from './access-check.service.js';
import { BacklogGate } from './backlog-gate.service.js';
import { BacklogLines } from './backlog-lines.service.js';
import { DeliveryGate } from './delivery-gate.service.js';
import { DELIVERY_LISTENER, type DeliveryListener } from './delivery.listener.js';
import { FulfillerCalls } from './fulfiller-calls.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import { FulfillmentService } from './fulfillment.service.js';
import { LineDelivery } from './line-delivery.service.js';
import { LineDecisions } from './line-decisions.service.js';
import { LineReadBack } from './line-read-back.service.js';
import { LineRetry } from './line-retry.service.js';
import { LineRevocation } from './line-revocation.service.js';
import { OrderEventHandler } from './order-event.handler.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { PRODUCT_DETAILS, type ProductDetails } from './product-details.js';
import { ReportedResults } from './reported-results.service.js';
import { ResubmissionTurns } from './resubmission-turns.service.js';
import { RETRY_RULE, type RetryRule } from './retry-rule.js';

/** A port, and how the app makes what it is bound to. */
export interface Bound<Port> {
  readonly inject: InjectionToken[];
  readonly useFactory: (...dependencies: never[]) => Port;
}

export interface FulfillmentModuleOptions extends Omit<RegistryOptions, 'loadLimitMs' | 'buildLimitMs'>, Partial<FulfillmentOptions> {
  readonly deadlineMs: number;
  /** The lease that `OrdersModule` gives, for the boot check. */
  readonly leaseMs: number;
  /** When a failed line is tried again. */
  readonly retryRule: RetryRule;
  /** Who listens; nobody when it is left out. */
  readonly listener?: Bound<DeliveryListener>;
  /** Where a product's details of today are read; when it is left out, there are none. */
  readonly productDetails?: Bound<ProductDetails>;
}

/** Everything between the door and the fulfillers. */
export const DELIVERY_PROVIDERS = [AccessCheck, OutcomeRecorder, FulfillerCalls, DeliveryGate, BacklogGate, BacklogLines, LineReadBack, LineDecisions, LineDelivery, LineRevocation, FulfillmentService, OrderEventHandler, LineRetry, AcceptanceChecks, ResubmissionTurns, ReportedResults];

const MAX_LOST_LEASES = 3;
const WAIT_FOR_LEAVE_MS = 5_000;
const NOBODY_LISTENS: Bound<DeliveryListener> = { inject: [], useFactory: () => () => undefined };
const NO_DETAILS: Bound<ProductDetails> = { inject: [], useFactory: () => () => Promise.resolve({}) };

const LEASE_MARGIN_MS = 1_000;

/** A lease could end while its holder still works. The boot stops. */
export class LeaseTooShortError extends Error {
  constructor(leaseMs: number, neededMs: number) {
    super(`FULFILLMENT_LEASE_MS is ${leaseMs}, but a delivery may take ${neededMs}: the checkout deadline, twice the longest time-out of a product type, and one second. Raise it to ${neededMs} or more.`);
    this.name = 'LeaseTooShortError';
  }
}

/** @throws {LeaseTooShortError} when a lease could end before the longest call of these product types has. */
export function checkLease(registry: FulfillerRegistry, { deadlineMs, leaseMs }: Pick<FulfillmentModuleOptions, 'deadlineMs' | 'leaseMs'>): void {
  const neededMs = deadlineMs + 2 * registry.longestTimeoutMs() + LEASE_MARGIN_MS;
  if (leaseMs < neededMs) throw new LeaseTooShortError(leaseMs, neededMs);
}

/** Delivers what was sold, by the token map. Expects `OrdersModule` and `LimitsModule` to be there. */
@Module({})
export class FulfillmentModule {
  /** @throws {WiringError} when the token map names something that cannot work. */
  static async forRoot(options: FulfillmentModuleOptions): Promise<DynamicModule> {
    const { tokenMap, defaultTimeoutMs, deadlineMs, leaseMs, maxLostLeases = MAX_LOST_LEASES, waitForLeaveMs = WAIT_FOR_LEAVE_MS } = options;
    return {
      module: FulfillmentModule,
      global: true,
      imports: [await FulfillerRegistryModule.forRoot({ tokenMap, defaultTimeoutMs })],
      providers: [
        {
          provide: FULFILLMENT_OPTIONS,
          inject: [FulfillerRegistry],
          useFactory: (registry: FulfillerRegistry): FulfillmentOptions => {
            checkLease(registry, { deadlineMs, leaseMs });
            return { deadlineMs, maxLostLeases, waitForLeaveMs };
          },
        },
        { provide: RETRY_RULE, useValue: options.retryRule },
        { provide: DELIVERY_LISTENER, ...(options.listener ?? NOBODY_LISTENS) },
        { provide: PRODUCT_DETAILS, ...(options.productDetails ?? NO_DETAILS) },
        ...DELIVERY_PROVIDERS,
      ],
      exports: [AccessCheck, OrderEventHandler, FulfillmentService, DeliveryGate, LineDecisions, LineRetry, AcceptanceChecks, ResubmissionTurns, ReportedResults],
    };
  }
}
