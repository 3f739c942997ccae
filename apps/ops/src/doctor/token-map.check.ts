import { ProductTypesError, Variables, readProductTypes } from '#config';
import { FulfillerRegistry, WiringError } from '#fulfillment';
import { withTokenMap } from '../product-types/token-map.context.js';
import { fail, ok, type Finding } from './check.js';

/** The product types that the token map wires, as the API and the worker would. @throws {ProductTypesError | WiringError} */
export async function wireProductTypes(file: string, defaultTimeoutMs: number, variables = new Variables({})): Promise<readonly string[]> {
  return withTokenMap(await readProductTypes(file, variables), defaultTimeoutMs, (app) => app.get(FulfillerRegistry).productTypes());
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
