import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { paymentProcessorsModule } from '#composition';
import type { PaymentProcessorsConfig } from '#config';
import { InstalledProcessors, type InstalledProcessor } from '#payments';
import { missingProvider } from '#plugins';

/** The payment processors of the map, wired as the API and the worker would, without a database. @throws {PaymentProcessorsError | WiringError | PaymentLeaseTooShortError} */
export async function wirePaymentProcessors(config: PaymentProcessorsConfig): Promise<readonly InstalledProcessor[]> {
  const app = await wired(config);
  try {
    return app.get(InstalledProcessors).list;
  } finally {
    await app.close();
  }
}

async function wired(config: PaymentProcessorsConfig): Promise<INestApplicationContext> {
  const module = { module: class PaymentProcessorsModule {}, imports: [await paymentProcessorsModule(config)] };
  return NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }).catch((error: unknown) => {
    throw missingProvider(error) ?? error;
  });
}
