import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { OrderReader } from '#orders';
import { Invoices } from '#payments';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { STAFF_VIEW, orderDetailView } from '../orders/order.view.js';
import { OrderDetailSchema, OrderNumber } from '../orders/orders.schema.js';
import { InvoiceSettlementBody } from './payments.schema.js';

@ApiTags('payments')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/orders/:number/payment')
export class InvoicesController {
  constructor(
    private readonly reader: OrderReader,
    private readonly invoices: Invoices,
  ) {}

  @Post('settle')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark an invoice paid', description: 'Once. No money moves here.' })
  @ApiJson(200, OrderDetailSchema, 'The order; its history says who marked it, and by which reference.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async settle(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: InvoiceSettlementBody }) body: InvoiceSettlementBody, @CurrentCaller() { username: actor }: Caller) {
    const { id } = await this.reader.byNumber(number);
    await this.invoices.settle({ order: { id, number }, actor, ...body });
    return orderDetailView(await this.reader.detail(number), STAFF_VIEW);
  }
}
