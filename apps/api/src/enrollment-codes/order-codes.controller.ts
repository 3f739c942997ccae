import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { CodeBook } from '#codes';
import { OrderNotFoundError, OrderReader } from '#orders';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { OrderNumber } from '../orders/orders.schema.js';
import { decodeCodePosition, encodeCodePosition } from './code-position.cursor.js';
import { enrollmentCodeView } from './enrollment-code.view.js';
import { csvOf } from './enrollment-codes.csv.js';
import { CodePageSchema, OrderCodesQuery } from './enrollment-codes.schema.js';

const DESCRIPTION = 'For whoever may read the order: its learner, and staff. Whoever has a code can redeem it.';

@ApiTags('enrollment codes')
@ApiBearerAuth()
@Controller('v1/orders')
export class OrderCodesController {
  constructor(
    private readonly orders: OrderReader,
    private readonly codes: CodeBook,
  ) {}

  @Get(':number/enrollment-codes')
  @ApiOperation({ summary: 'The enrollment codes that an order has bought', description: DESCRIPTION })
  @ApiJson(200, CodePageSchema, 'One page, line by line. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 404, 503)
  async list(@Param('number', { schema: OrderNumber }) number: string, @Query({ schema: OrderCodesQuery }) { limit, cursor }: OrderCodesQuery, @CurrentCaller() caller: Caller) {
    await this.assertReader(number, caller);
    const { codes, next } = await this.codes.ofOrder(number, limit, cursor === undefined ? null : decodeCodePosition(cursor));
    return { items: codes.map(enrollmentCodeView), nextCursor: next && encodeCodePosition(next) };
  }

  @Get(':number/enrollment-codes.csv')
  @ApiOperation({ summary: 'The same as a file, all of them', description: `${DESCRIPTION} RFC 4180, in UTF-8. A cell that a spreadsheet would take for a formula begins with an apostrophe.` })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'One row a code.', content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems(400, 401, 404, 503)
  async csv(@Param('number', { schema: OrderNumber }) number: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    await this.assertReader(number, caller);
    void reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="enrollment-codes-${number}.csv"`);
    void reply.send(Readable.from(csvOf(this.codes.allOfOrder(number)), { objectMode: false }));
  }

  /** @throws {OrderNotFoundError} also where there is one, and it is not his. */
  private async assertReader(number: string, { isStaff, username }: Caller): Promise<void> {
    const { learner } = await this.orders.byNumber(number);
    if (!isStaff && learner.username !== username) throw new OrderNotFoundError();
  }
}
