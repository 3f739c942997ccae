/** One entry of the token map: how a product type is sold, and which fulfiller delivers it. */
export interface ProductTypeEntry {
  /** A built-in folder of `libs/fulfillers`, an installed package, or a path that starts with `./`. */
  readonly fulfiller: string;
  /** For the fulfiller's own schema. `timeoutMs` is taken out: the longest that one call may take. */
  readonly options: Readonly<Record<string, unknown>> & { readonly timeoutMs?: number | undefined };
  /** The largest quantity of one line. */
  readonly maxQuantity: number;
  /** A learner may buy the same product again while he has it. */
  readonly repeatable: boolean;
}

/** The token map, read from its file. */
export interface TokenMap {
  /** A URL where relative fulfiller paths start. */
  readonly baseUrl: string;
  readonly productTypes: ReadonlyMap<string, ProductTypeEntry>;
}
