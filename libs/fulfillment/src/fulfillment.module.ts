import { Module, type DynamicModule } from '@nestjs/common';
import { FulfillerRegistryModule, type RegistryOptions } from './fulfiller-registry.module.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { FULFILLMENT_OPTIONS } from './fulfillment.options.js';
import { FulfillmentService } from './fulfillment.service.js';
import { LineDelivery } from './line-delivery.service.js';
import { LineRevocation } from './line-revocation.service.js';
import { OrderEventHandler } from './order-event.handler.js';

export interface FulfillmentModuleOptions extends RegistryOptions {
  /** The time a delivery has for the whole order, whoever asks. */
  readonly deadlineMs: number;
  /** The lease that `OrdersModule` gives, for the boot check. */
  readonly leaseMs: number;
}

/** Everything between the door and the fulfillers. */
export const DELIVERY_PROVIDERS = [LineDelivery, LineRevocation, FulfillmentService, OrderEventHandler];

const LEASE_MARGIN_MS = 1_000;

/** A lease could end while its holder still works. The boot stops. */
export class LeaseTooShortError extends Error {
  constructor(leaseMs: number, neededMs: number) {
    super(`FULFILLMENT_LEASE_MS is ${leaseMs}, but a delivery may take ${neededMs}: the checkout deadline, twice the longest time-out of a product type, and one second. Raise it to ${neededMs} or more.`);
    this.name = 'LeaseTooShortError';
  }
}

/** Delivers what was sold, by the token map. Expects `OrdersModule` to be there. */
@Module({})
export class FulfillmentModule {
  /** @throws {WiringError} when the token map names something that cannot work. */
  static async forRoot({ tokenMap, defaultTimeoutMs, deadlineMs, leaseMs }: FulfillmentModuleOptions): Promise<DynamicModule> {
    return {
      module: FulfillmentModule,
      global: true,
      imports: [await FulfillerRegistryModule.forRoot({ tokenMap, defaultTimeoutMs })],
      providers: [
        {
          provide: FULFILLMENT_OPTIONS,
          inject: [FulfillerRegistry],
          useFactory: (registry: FulfillerRegistry) => {
            const neededMs = deadlineMs + 2 * registry.longestTimeoutMs() + LEASE_MARGIN_MS;
            if (leaseMs < neededMs) throw new LeaseTooShortError(leaseMs, neededMs);
            return { deadlineMs };
          },
        },
        ...DELIVERY_PROVIDERS,
      ],
      exports: [OrderEventHandler, FulfillmentService],
    };
  }
}
