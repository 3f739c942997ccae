import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { CatalogDatabase } from './catalog.database.js';
import { CatalogService } from './catalog.service.js';
import { CatalogImport } from './import/catalog-import.js';
import { PRODUCT_DETAILS_CHECK } from './product-details.check.js';
import { ProductsService } from './products.service.js';

export interface CatalogOptions {
  /** The token of a `ProductDetailsCheck`: whoever knows what the details of each product type must hold. */
  readonly detailsCheck: InjectionToken;
}

/** What is sold, and at which price. Expects MikroORM's root module with `CATALOG_ENTITIES`. */
@Module({})
export class CatalogModule {
  static forRoot({ detailsCheck }: CatalogOptions): DynamicModule {
    const services = [CatalogService, CatalogImport, ProductsService];
    return {
      module: CatalogModule,
      global: true,
      providers: [CatalogDatabase, { provide: PRODUCT_DETAILS_CHECK, useExisting: detailsCheck }, ...services],
      exports: services,
    };
  }
}
