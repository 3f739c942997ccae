import type { InstalledProductType } from '#fulfillment';
import type { DependencyAnswer } from '../dependencies/dependency.schema.js';
import type { InstalledProductTypeAnswer } from './product-type.schema.js';

/** A product type as operators see it. Member by member: what is added to it later is shown when somebody has thought about it. */
export function productTypeView(type: InstalledProductType, dependencies: ReadonlyMap<string, DependencyAnswer>): InstalledProductTypeAnswer {
  const { productType, fulfiller, source, plugIn, contractVersion, capabilities, maxQuantity, repeatable, timeoutMs, retry, options, callbacks, dependency } = type;
  const state = dependency === null ? undefined : dependencies.get(dependency);
  return { productType, fulfiller, source, plugIn, contractVersion, capabilities, maxQuantity, repeatable, timeoutMs, retry, options, callbacks, dependency: state === undefined ? null : standing(state) };
}

function standing({ name, breaker, failure, openUntil, throttledUntil, paused }: DependencyAnswer): InstalledProductTypeAnswer['dependency'] {
  return { name, breaker, failure, openUntil, throttledUntil, paused };
}
