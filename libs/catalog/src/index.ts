import { Product } from './product.entity.js';
import { Sku } from './sku.entity.js';

export * from './catalog.module.js';
export { CatalogError, type CatalogProblem } from './catalog.errors.js';
export * from './catalog.service.js';
export { CatalogImport, type ImportOptions, type ImportResult } from './import/catalog-import.js';
export { CatalogImportError, type RowProblem } from './import/row-problems.js';
export * from './product-details.check.js';
export * from './products.service.js';
export { Product, Sku };

/** For MikroORM's `entities`. */
export const CATALOG_ENTITIES = [Product, Sku];
