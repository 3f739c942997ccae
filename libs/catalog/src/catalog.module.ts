import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { CatalogDatabase } from './catalog.database.js';
import { CatalogService } from './catalog.service.js';
import { CourseReader } from './courses/course-reader.service.js';
import { CourseWriter } from './courses/course-writer.service.js';
import { CoursesService } from './courses/courses.service.js';
import { CatalogImport } from './import/catalog-import.js';
import { ImportSessions } from './import/import-session.js';
import { OffersModule } from './links/offers.module.js';
import { PRODUCT_DETAILS_CHECK } from './product-details.check.js';
import { PartnersService } from './partners/partners.service.js';
import { PricesService } from './prices/prices.service.js';
import { ProductReader } from './products/product-reader.service.js';
import { ProductWriter } from './products/product-writer.service.js';
import { ProductsService } from './products/products.service.js';
import { SkuReader } from './products/sku-reader.service.js';
import { NOBODY_WAKES, WAKE_PUBLICATIONS, type BoundWakePublications } from './publication/publication.ports.js';
import { PublicationWakeUps } from './publication/publication-wake-ups.service.js';
import { Publications } from './publication/publications.service.js';
import { RolloutModule } from './rollout/rollout.module.js';

export interface CatalogOptions {
  /** The token of a `ProductDetailsCheck`: whoever knows what the details of each product type must hold. */
  readonly detailsCheck: InjectionToken;
  /** Has publications woken when a change asks for one; nobody does when it is left out. */
  readonly wakePublications?: BoundWakePublications;
}

/** What is sold, and at which price. Expects MikroORM's root module with `CATALOG_ENTITIES`. */
@Module({})
export class CatalogModule {
  static forRoot({ detailsCheck, wakePublications = NOBODY_WAKES }: CatalogOptions): DynamicModule {
    const services = [CatalogService, CatalogImport, ProductReader, ProductWriter, ProductsService, SkuReader, PricesService, PartnersService, CourseReader, CourseWriter, CoursesService, PublicationWakeUps, Publications];
    return {
      module: CatalogModule,
      global: true,
      imports: [RolloutModule, OffersModule],
      providers: [CatalogDatabase, ImportSessions, { provide: PRODUCT_DETAILS_CHECK, useExisting: detailsCheck }, { provide: WAKE_PUBLICATIONS, ...wakePublications }, ...services],
      exports: [...services, WAKE_PUBLICATIONS, RolloutModule, OffersModule],
    };
  }
}
