/** The details of products as the catalog has them today, by product id. Products that it does not know are left out. */
export type ProductDetails = (productIds: readonly string[]) => Promise<Readonly<Record<string, unknown>>>;

export const PRODUCT_DETAILS = Symbol('PRODUCT_DETAILS');
