import { MikroOrmModule } from '@mikro-orm/nestjs';
import { Module, type DynamicModule } from '@nestjs/common';
import { CatalogModule } from '#catalog';
import { CodeBookModule } from '#composition';
import { mikroOrmOptions, readProductTypes, type OpsConfig } from '#config';
import { FulfillerRegistry, FulfillerRegistryModule } from '#fulfillment';
import { LmsModule } from '#lms';
import { NO_LMS } from './product-types/no-lms.js';

/** A command works alone: one connection to write with, one to spare. */
const POOL_SIZE = 2;

/** What a command needs that works on the catalog: the database, and the fulfillers' word on a product's details. */
@Module({})
export class OpsModule {
  /** @param lms for commands that call it. @throws {ProductTypesError | WiringError} when the product types cannot be wired. */
  static async forRoot({ database, productTypesFile, variables, lmsTimeoutMs }: OpsConfig, lms = NO_LMS): Promise<DynamicModule> {
    const tokenMap = await readProductTypes(productTypesFile, variables);
    return {
      module: OpsModule,
      imports: [
        MikroOrmModule.forRoot(mikroOrmOptions({ url: database.url, poolSize: POOL_SIZE })),
        LmsModule.forRoot(lms),
        CodeBookModule.closed(),
        await FulfillerRegistryModule.forRoot({ tokenMap, defaultTimeoutMs: lmsTimeoutMs }),
        CatalogModule.forRoot({ detailsCheck: FulfillerRegistry }),
      ],
    };
  }
}
