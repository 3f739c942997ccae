import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { PricesService, type PriceList, type PricedSku } from '#catalog';
import { publicAnswer, type PublicAnswer } from '../caching/public-answer.js';
import { PubliclyCached } from '../caching/publicly-cached.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { PriceListSchema, PricesQuery } from './prices.schema.js';

@ApiTags('catalog')
@Controller('v1/prices')
export class PricesController {
  constructor(private readonly prices: PricesService) {}

  @Get()
  @PubliclyCached()
  @ApiOperation({ summary: 'Price a set of SKUs', description: 'For anybody. What cannot be bought now is in the list with its price and the reason; what is not in the catalog is a problem that names each.' })
  @ApiJson(200, PriceListSchema, 'The prices, and what they come to.')
  @ApiProblems(400, 422, 503)
  async price(@Query({ schema: PricesQuery }) { sku: skus }: PricesQuery): Promise<PublicAnswer> {
    const madeAtMs = performance.now();
    const list = await this.prices.price(skus);
    return publicAnswer(priceListView(list), list, madeAtMs);
  }
}

function priceListView({ items, totalMinor, currency }: PriceList) {
  return { items: items.map(pricedSkuView), totalMinor, currency };
}

function pricedSkuView({ sku, title, priceMinor, currency, reason, availableFrom, availableUntil }: PricedSku) {
  return {
    sku,
    title,
    priceMinor,
    currency,
    available: reason === null,
    reason,
    availableFrom: availableFrom?.toISOString() ?? null,
    availableUntil: availableUntil?.toISOString() ?? null,
  };
}
