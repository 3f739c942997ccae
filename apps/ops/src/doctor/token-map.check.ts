import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ProductTypesError, readProductTypes } from '#config';
import { FulfillerRegistry, FulfillerRegistryModule, WiringError } from '#fulfillment';
import { LmsModule } from '#lms';
import { fail, ok, type Finding } from './check.js';

/** Fulfillers are built with a client, but call nobody here. The name can never be resolved (RFC 2606). */
const NO_LMS = { url: 'http://lms.invalid', apiKey: '' };

/** The product types that the token map wires, as the API and the worker would. @throws {ProductTypesError | WiringError} */
export async function wireProductTypes(file: string, defaultTimeoutMs: number): Promise<readonly string[]> {
  const registry = await FulfillerRegistryModule.forRoot({ tokenMap: await readProductTypes(file), defaultTimeoutMs });
  const module = { module: class TokenMapModule {}, imports: [LmsModule.forRoot(NO_LMS), registry] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  try {
    return app.get(FulfillerRegistry).productTypes();
  } finally {
    await app.close();
  }
}

export async function tokenMapCheck(wire: () => Promise<readonly string[]>): Promise<Finding> {
  try {
    const types = await wire();
    return ok(`${types.length === 1 ? '1 product type is' : `${types.length} product types are`} wired: ${types.join(', ')}.`);
  } catch (error) {
    if (error instanceof ProductTypesError || error instanceof WiringError) return fail(error.message, 'Change the token map as the sentence says: API and workers do not start like this.');
    throw error;
  }
}
