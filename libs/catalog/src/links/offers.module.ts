import { Module } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseOffers } from './course-offers.service.js';
import { SkuOfferReader } from './sku-offers.service.js';

/** How courses and SKUs are sold, for whoever shows them. */
@Module({ providers: [CatalogDatabase, CourseOffers, SkuOfferReader], exports: [CourseOffers, SkuOfferReader] })
export class OffersModule {}
