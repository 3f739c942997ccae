import { Controller, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PublicAnswer } from '../caching/public-answer.js';
import { PubliclyCached } from '../caching/publicly-cached.js';
import { CourseRunKey } from '../links/course-key.schema.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { PurchaseOptionsSchema } from './purchase-options.schema.js';
import { PurchaseOptions } from './purchase-options.service.js';

@ApiTags('links')
@Controller('v1/courses')
export class PurchaseOptionsController {
  constructor(private readonly options: PurchaseOptions) {}

  @Get(':id/purchase-options')
  @PubliclyCached({ fromMemory: true })
  @ApiOperation({ summary: 'How a course can be bought', description: 'Per mode the SKU, the price, whether it can be bought now and why not, and the address of its purchase button. Where `workflow` is `legacy`, the old shop decides what can be bought: `canBuy` is true and `reason` null. May be kept for as long as `Cache-Control` says, at most a minute; checkout prices anew.' })
  @ApiJson(200, PurchaseOptionsSchema, 'The modes in the order in which they were made. `price` is `priceMinor` as decimal text.')
  @ApiProblems(400, 404, 503)
  get(@Param('id', { schema: CourseRunKey }) id: string): Promise<PublicAnswer> {
    return this.options.of(id);
  }
}
