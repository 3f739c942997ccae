import { Module, type DynamicModule } from '@nestjs/common';
import type { LinkConfig } from '#config';
import { BasketAddController } from '../otto/basket-add.controller.js';
import { BasketAdd } from '../otto/basket-add.service.js';
import { PurchaseOptionsController } from '../purchase-options/purchase-options.controller.js';
import { PurchaseOptions } from '../purchase-options/purchase-options.service.js';
import { LINKS } from './link.options.js';
import { LinksController } from './links.controller.js';
import { LinkMaker } from './links.service.js';
import { SaleJudge } from './sale.judge.js';

/** Links that sell: what marketing sites show, what they link to, and where those links land. */
@Module({})
export class LinksModule {
  static forRoot(links: LinkConfig): DynamicModule {
    return {
      module: LinksModule,
      controllers: [PurchaseOptionsController, LinksController, BasketAddController],
      providers: [{ provide: LINKS, useValue: links }, SaleJudge, PurchaseOptions, LinkMaker, BasketAdd],
      exports: [PurchaseOptions],
    };
  }
}
