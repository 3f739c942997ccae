import 'reflect-metadata';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { CheckoutModule, CheckoutService } from '#checkout';
import { deliveryModules } from '#composition';
import { loadWorkerConfig } from '#config';
import { DeliveryGate, LineRetry } from '#fulfillment';
import { DependencyLimits } from '#limits';
import { SchedulerModule } from '#scheduler';
import { cloneFolder } from '../../../apps/local/src/clone-folder.js';
import { FULFILLMENT_OPTIONS } from '../../../libs/fulfillment/src/fulfillment.options.js';

/** What of the product is driven by the simulation. It runs in this process, with the defaults of its environment. */
export interface House {
  readonly checkout: CheckoutService;
  readonly retry: LineRetry;
  readonly gate: DeliveryGate;
  readonly limits: DependencyLimits;
  /** Lines that one worker works on at a time. */
  readonly concurrency: number;
  stop(): Promise<void>;
}

/** Opens the product without Redis and without a schedule of its own: what is due is looked for when the simulation says so. */
export async function openHouse(databaseUrl: string, lmsUrl: string, ratePerMinute: number): Promise<House> {
  const config = loadWorkerConfig({
    DATABASE_URL: databaseUrl, LMS_URL: lmsUrl, LMS_API_KEY: 'lms-api-key', LMS_RATE_PER_MINUTE: String(ratePerMinute), PRODUCT_TYPES_FILE: join(cloneFolder(), 'config/product-types.yaml'),
  });
  const { concurrency, maxLostLeases, checkoutDeadlineMs: deadlineMs } = config;
  const { modules } = await deliveryModules(config, { service: 'outage', maxLostLeases });
  const imports = [...modules, SchedulerModule.forProducer({ redisUrl: null }), CheckoutModule];
  const module = await Test.createTestingModule({ imports })
    // A wait for the provider's rate would be one in real time: the simulation sets its clock instead.
    .overrideProvider(FULFILLMENT_OPTIONS).useValue({ deadlineMs, maxLostLeases, waitForLeaveMs: 0 })
    .compile();
  await module.init();
  return {
    checkout: module.get(CheckoutService),
    retry: module.get(LineRetry),
    gate: module.get(DeliveryGate),
    limits: module.get(DependencyLimits),
    concurrency,
    stop: () => module.close(),
  };
}
