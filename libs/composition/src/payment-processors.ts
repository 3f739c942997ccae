import type { DynamicModule } from '@nestjs/common';
import { readPaymentProcessors, type PaymentProcessorsConfig } from '#config';
import { ProcessorRegistryModule } from '#payments';

/** The payment processors, wired as every program has them. @throws {PaymentProcessorsError | WiringError} Nest throws `PaymentLeaseTooShortError` as it builds them. */
export async function paymentProcessorsModule({ paymentProcessorsFile, variables, gatewayTimeoutMs: defaultTimeoutMs, fulfillmentLeaseMs: leaseMs }: PaymentProcessorsConfig): Promise<DynamicModule> {
  return ProcessorRegistryModule.forRoot({ map: await readPaymentProcessors(paymentProcessorsFile, variables), defaultTimeoutMs, leaseMs });
}
