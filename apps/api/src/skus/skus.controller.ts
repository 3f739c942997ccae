import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SkuNotFoundError, SkuReader } from '#catalog';
import { StaffOnly } from '../auth/caller.js';
import { decodePosition, encodePosition } from '../courses/position-cursor.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { sku as SkuCode } from '../text.schema.js';
import { skuChangeView, skuView } from './sku.view.js';
import { HistoryPosition, SkuDetailSchema, SkuQuery } from './skus.schema.js';

@ApiTags('catalog')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/skus')
export class SkusController {
  constructor(private readonly skus: SkuReader) {}

  @Get(':sku')
  @ApiOperation({ summary: 'One SKU, what it sells, and what it cost before', description: 'Also of a SKU that was withdrawn.' })
  @ApiJson(200, SkuDetailSchema, 'The SKU with a page of its history. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('sku', { schema: SkuCode }) sku: string, @Query({ schema: SkuQuery }) { limit, cursor }: SkuQuery) {
    const beforeId = cursor === undefined ? null : decodePosition(cursor, HistoryPosition);
    const [found, { changes, nextBeforeId }] = await Promise.all([this.skus.find(sku), this.skus.history(sku, limit, beforeId)]);
    if (!found) throw new SkuNotFoundError();
    return { ...skuView(found), history: { items: changes.map(skuChangeView), nextCursor: nextBeforeId && encodePosition(nextBeforeId) } };
  }
}
