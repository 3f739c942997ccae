import { CatalogError } from '../catalog.errors.js';

/** Some of what was asked for is not in the catalog. */
export class UnknownSkuError extends CatalogError {
  readonly code = 'unknown_sku';

  /** @param unknown places in the list of SKUs that was asked for, with what stands there. */
  constructor(unknown: readonly (readonly [index: number, sku: string])[]) {
    super(
      `There is no such SKU: ${unknown.map(([, sku]) => sku).join(', ')}.`,
      unknown.map(([index, sku]) => ({ parameter: `sku.${index}`, detail: `There is no SKU "${sku}".` })),
    );
  }
}

/** What cannot be bought together has no price together. */
export class MixedCurrenciesError extends CatalogError {
  readonly code = 'mixed_currencies';

  constructor(currencies: readonly string[]) {
    const detail = `One order has one currency; these SKUs have ${currencies.join(' and ')}.`;
    super(detail, [{ parameter: 'sku', detail }]);
  }
}

/** A total that could not be told exactly. */
export class TotalTooLargeError extends CatalogError {
  readonly code = 'total_too_large';

  constructor() {
    const detail = 'The total is too large to be exact.';
    super(detail, [{ parameter: 'sku', detail }]);
  }
}
