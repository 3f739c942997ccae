import type { FulfillerCapabilities } from '@order-fulfillment/fulfiller-kit';
import type { LoadedFulfiller } from './fulfiller.loader.js';

/** A product type and the plug-in that delivers it, for operators to see. Holds no secret. */
export interface InstalledProductType {
  readonly productType: string;
  /** As the token map names it. */
  readonly fulfiller: string;
  readonly source: LoadedFulfiller['source'];
  /** By its manifest, and its package's version; null where that says none. */
  readonly plugIn: { readonly name: string; readonly version: string | null };
  readonly contractVersion: number;
  readonly capabilities: Required<FulfillerCapabilities>;
  readonly maxQuantity: number;
  readonly repeatable: boolean;
  readonly timeoutMs: number;
  readonly retry: Readonly<Record<string, object>>;
  /** As they are written, without what may be secret. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the provider can call back: whether there is a secret for it. */
  readonly callbacks: boolean;
  /** The provider that is called; null: none. */
  readonly dependency: string | null;
}

/** What is installed, in the order of the token map. */
export class InstalledProductTypes {
  constructor(readonly list: readonly InstalledProductType[]) {}
}
