import { CatalogError } from './catalog.errors.js';

/** The way to whoever knows what the details of a product must hold: an app names it to `CatalogModule.forRoot`. */
export const PRODUCT_DETAILS_CHECK = Symbol('PRODUCT_DETAILS_CHECK');

export interface ProductDetailsCheck {
  /** Whether products of this type can be sold here. */
  knows(productType: string): boolean;
  /**
   * Reads the details as checkout will.
   *
   * @throws an error with `problems` (see `DetailsRefusal`) when they are wrong. Anything else that is thrown is a bug.
   */
  parseDetails(productType: string, details: unknown): unknown;
}

/** What a refusal of details looks like; `pointer` is a JSON pointer (RFC 6901) into them, `''` for the whole. */
export interface DetailsRefusal extends Error {
  readonly problems: readonly { readonly pointer: string; readonly message: string }[];
}

/** Told by its form: the refusal's class belongs to plug-ins, which may carry a copy of their own. */
export function isDetailsRefusal(thrown: unknown): thrown is DetailsRefusal {
  return thrown instanceof Error && 'problems' in thrown && Array.isArray(thrown.problems);
}

/** Nothing here delivers products of this type, so none is taken into the catalog. */
export class UnknownProductTypeError extends CatalogError {
  readonly code = 'product_refused';

  constructor(readonly productType: string) {
    super(`No fulfiller is named for the product type "${productType}": add it to the product types.`);
  }
}
