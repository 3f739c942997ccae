/** One entry of the token map: how a product type is sold, and which fulfiller delivers it. */
export interface ProductTypeEntry {
  /** A built-in folder of `libs/fulfillers`, an installed package, or a path that starts with `./`, `../` or `/`. */
  readonly fulfiller: string;
  /** For the fulfiller's own schema. `timeoutMs` is taken out: the longest that one call may take. */
  readonly options: Readonly<Record<string, unknown>> & { readonly timeoutMs?: number | undefined };
  /** `options` as they stand in the file, with the names of variables instead of what these hold. Left out: nothing of them is shown. */
  readonly writtenOptions?: Readonly<Record<string, unknown>>;
  /** The largest quantity of one line. */
  readonly maxQuantity: number;
  /** A learner may buy the same product again while he has it. */
  readonly repeatable: boolean;
  /** Secrets by which the provider signs its callbacks; any of them will do. Left out: it never calls back. */
  readonly callbackSecrets?: readonly string[];
  /** When to try again, by kind of failure: only to be shown here. */
  readonly retry?: Readonly<Record<string, object>>;
}

/** The token map, read from its file. */
export interface TokenMap {
  /** The URL of the file: relative fulfiller paths start there, and packages are looked for there first. */
  readonly baseUrl: string;
  readonly productTypes: ReadonlyMap<string, ProductTypeEntry>;
}
