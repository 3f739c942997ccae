import type { DynamicModule } from '@nestjs/common';
import { readPaymentProcessors, type PaymentProcessorsConfig } from '#config';
import { ProcessorRegistryModule, type WiredMap } from '#payments';

/** The payment processors, wired as every program has them. @throws {PaymentProcessorsError | WiringError} Nest throws `PaymentLeaseTooShortError` as it builds them. */
export async function wiredProcessors({ paymentProcessorsFile, variables, gatewayTimeoutMs: defaultTimeoutMs, fulfillmentLeaseMs: leaseMs }: PaymentProcessorsConfig): Promise<WiredMap> {
  return ProcessorRegistryModule.wired({ map: await readPaymentProcessors(paymentProcessorsFile, variables), defaultTimeoutMs, leaseMs });
}

/** `wiredProcessors`, for a program that waits for nothing else. */
export async function paymentProcessorsModule(config: PaymentProcessorsConfig): Promise<DynamicModule> {
  return (await wiredProcessors(config)).module;
}
