import { Body, Controller, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProductNotFoundError, ProductsService } from '#catalog';
import type { FastifyReply } from 'fastify';
import { StaffOnly } from '../auth/caller.js';
import { ApiVersion, Withdrawal, Write, sendVersion, type VersionedWrite } from '../courses/versioned-write.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { decodeCursor, encodeCursor } from '../orders/cursor.js';
import { productDraft, productView } from './product.view.js';
import { ProductBody, ProductId, ProductPageSchema, ProductQuery, ProductSchema } from './products.schema.js';

@ApiTags('catalog')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @ApiOperation({ summary: 'List products with their SKUs', description: 'In the order of their ids. Seats and enrollment codes are here too; they are edited with their course.' })
  @ApiJson(200, ProductPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: ProductQuery }) { type: productType, partner, limit, cursor }: ProductQuery) {
    const { products, nextAfterId } = await this.products.list({ productType, partner }, limit, cursor === undefined ? null : decodeCursor(cursor));
    return { items: products.map(productView), nextCursor: nextAfterId && encodeCursor(nextAfterId) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One product with its SKUs' })
  @ApiJson(200, ProductSchema, 'The product. Its version is the ETag.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('id', { schema: ProductId }) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const product = await this.products.find(id);
    if (!product) throw new ProductNotFoundError();
    sendVersion(reply, product.version);
    return productView(product);
  }

  @Put(':id')
  @ApiOperation({
    summary: 'Save a product with all of its SKUs',
    description: 'As a whole or not at all; its id is a UUID that the client makes. Prices and windows count at once and keep their history. A SKU that is left out is withdrawn.',
  })
  @ApiVersion({ creates: true })
  @ApiJson(200, ProductSchema, 'The product as it is now. Its version is the ETag.')
  @ApiJson(201, ProductSchema, 'The product, which is new; `Location` says where it is.')
  @ApiProblems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503)
  async put(@Param('id', { schema: ProductId }) id: string, @Body({ schema: ProductBody }) body: ProductBody, @Write() { actor, ifVersion, reply }: VersionedWrite) {
    const product = await this.products.put(productDraft(id, body), { ifVersion, actor });
    sendVersion(reply, product.version, ifVersion === 'new' ? `/v1/products/${id}` : undefined);
    return productView(product);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Withdraw every SKU of a product', description: 'The product itself stays, because orders name it.' })
  @ApiVersion({ creates: false })
  @ApiJson(200, ProductSchema, 'The product as it is now. Its version is the ETag.')
  @ApiProblems(400, 401, 403, 404, 409, 412, 428, 503)
  async remove(@Param('id', { schema: ProductId }) id: string, @Withdrawal() { actor, ifVersion, reply }: VersionedWrite<number>) {
    const product = await this.products.remove(id, { ifVersion, actor });
    sendVersion(reply, product.version);
    return productView(product);
  }
}
