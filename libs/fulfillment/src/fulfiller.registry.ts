import { ConfigurationFailure, isConfigurationFailure, type Fulfiller, type FulfillerCapabilities } from '@order-fulfillment/fulfiller-kit';

/** A product type as it is wired. */
export interface WiredProductType {
  readonly fulfiller: Fulfiller;
  /** The longest that one call of its fulfiller's provider may take. */
  readonly timeoutMs: number;
  readonly maxQuantity: number;
  readonly repeatable: boolean;
  /** What the provider signs its callbacks by, any of these; empty where it never calls back. Shown to nobody. */
  readonly callbackSecrets: readonly string[];
  /** The provider that its fulfiller calls; null: none. */
  readonly dependency: string | null;
  readonly capabilities: Required<FulfillerCapabilities>;
}

/** The token map at run time: which fulfiller delivers which product type. */
export class FulfillerRegistry {
  constructor(private readonly types: ReadonlyMap<string, WiredProductType>) {}

  /** Whether an entry of the token map delivers this type. */
  knows(productType: string): boolean {
    return this.types.has(productType);
  }

  /** @throws {ConfigurationFailure} when no entry of the token map delivers this type. */
  get(productType: string): WiredProductType {
    const wired = this.types.get(productType);
    if (!wired) throw new ConfigurationFailure(`No fulfiller delivers the product type "${productType}": add it to the token map.`);
    return wired;
  }

  /** Reads a product's details by its type's fulfiller. @throws {ConfigurationFailure} naming every wrong field. */
  parseDetails(productType: string, raw: unknown): unknown {
    return this.get(productType).fulfiller.parseDetails(raw);
  }

  /** What keeps a product from being delivered, as a sentence that names every wrong field; `null` when nothing does. */
  misconfiguration(productType: string, raw: unknown): string | null {
    try {
      this.parseDetails(productType, raw);
      return null;
    } catch (thrown) {
      if (isConfigurationFailure(thrown)) return thrown.detail;
      throw thrown;
    }
  }

  /** The provider that delivers this type. Null where nobody is called, also because no fulfiller delivers it. */
  dependencyOf(productType: string): string | null {
    return this.types.get(productType)?.dependency ?? null;
  }

  /** What its fulfiller can do. A type that no fulfiller delivers any more is taken for the most careful one. */
  capabilitiesOf(productType: string): Required<FulfillerCapabilities> {
    return this.types.get(productType)?.capabilities ?? { revoke: true, asynchronous: false, sharedAccess: true };
  }

  productTypes(): string[] {
    return [...this.types.keys()];
  }

  /** The longest that one call of any type may take. */
  longestTimeoutMs(): number {
    return Math.max(0, ...[...this.types.values()].map(({ timeoutMs }) => timeoutMs));
  }
}
