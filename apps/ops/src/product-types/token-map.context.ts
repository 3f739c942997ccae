import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CodeBookModule } from '#composition';
import { FulfillerRegistryModule, missingProvider, type TokenMap } from '#fulfillment';
import { LmsModule } from '#lms';
import { NO_LMS } from './no-lms.js';

/** Wires a token map as the API and the worker would, without a database, and runs `work` with what is wired. @throws {WiringError} */
export async function withTokenMap<Result>(tokenMap: TokenMap, defaultTimeoutMs: number, work: (app: INestApplicationContext) => Result): Promise<Result> {
  const registry = await FulfillerRegistryModule.forRoot({ tokenMap, defaultTimeoutMs });
  const module = { module: class TokenMapModule {}, imports: [LmsModule.forRoot(NO_LMS), CodeBookModule.closed(), registry] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }).catch((error: unknown) => {
    throw missingProvider(error) ?? error;
  });
  try {
    return work(app);
  } finally {
    await app.close();
  }
}
