/** A product with the SKUs that it is sold under, as the catalog has it. */
export interface CatalogProduct {
  readonly id: string;
  readonly productType: string;
  readonly title: string;
  readonly partner: string;
  /** As stored: the product type's fulfiller reads them. */
  readonly details: unknown;
  /** Which course run and mode it gives, where it is edited with its course; null otherwise. */
  readonly courseId: string | null;
  readonly mode: string | null;
  /** Counts the changes of the product and of its SKUs, from 1. Its ETag. */
  readonly version: number;
  readonly updatedAt: Date;
  /** What is offered, oldest first. */
  readonly skus: readonly OfferedProduct[];
  /** SKUs that are no longer offered; orders name them. Naming one in a draft offers it again. */
  readonly withdrawnSkus: readonly string[];
}

/** A product under one of its SKUs. */
export interface OfferedProduct {
  readonly sku: string;
  readonly priceMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly availableFrom: Date | null;
  /** The first instant at which it is no longer sold. */
  readonly availableUntil: Date | null;
}

/** What a product shall become, as a whole: a SKU that it has and that is not named here is withdrawn. */
export interface ProductDraft {
  /** A UUID that the client makes. */
  readonly id: string;
  /** Stays as it is for good. */
  readonly productType: string;
  readonly title: string;
  /** `default` where it is left out of a new product; a product stays with its partner. */
  readonly partner?: string | undefined;
  readonly details: unknown;
  readonly skus: readonly SkuDraft[];
}

export interface SkuDraft {
  /** Without one it is a new offer, under a SKU that is made up. */
  readonly sku?: string | undefined;
  readonly priceMinor: number;
  /** ISO 4217, in either case. */
  readonly currency: string;
  readonly availableFrom: Date | null;
  readonly availableUntil: Date | null;
}
