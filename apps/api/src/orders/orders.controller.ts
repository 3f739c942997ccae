import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { OrderReader } from '#orders';
import { RefundReader } from '#refunds';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { refundOfOrderView } from '../refunds/refund.view.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { OrderOperations } from './order-operations.service.js';
import { STAFF_VIEW, orderDetailView, orderView } from './order.view.js';
import { OrderDetailSchema, OrderNumber, OrderPageSchema, OrderQuery, OrderWithRefundsSchema, ReasonBody, ResubmitBody, RevokeBody } from './orders.schema.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly reader: OrderReader,
    private readonly operations: OrderOperations,
    private readonly refunds: RefundReader,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List orders, newest first', description: 'A learner sees his own; staff see all.' })
  @ApiJson(200, OrderPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 503)
  async list(@Query({ schema: OrderQuery }) query: OrderQuery, @CurrentCaller() caller: Caller) {
    const { limit, cursor, placedAfter, placedBefore, learner, ...filter } = query;
    const page = await this.reader.list(
      {
        ...filter,
        learner: caller.isStaff ? learner : caller.username,
        placedAfter: placedAfter === undefined ? undefined : new Date(placedAfter),
        placedBefore: placedBefore === undefined ? undefined : new Date(placedBefore),
      },
      limit,
      cursor === undefined ? null : decodeCursor(cursor),
    );
    return { items: page.orders.map((order) => orderView(order)), nextCursor: page.nextAfterId && encodeCursor(page.nextAfterId) };
  }

  @Get(':number')
  @ApiOperation({ summary: 'One order with its attempts, its history and its refunds' })
  @ApiJson(200, OrderWithRefundsSchema, 'The order.')
  @ApiProblems(400, 401, 404, 503)
  async get(@Param('number', { schema: OrderNumber }) number: string, @CurrentCaller() caller: Caller) {
    const order = await this.reader.detail(number, caller.isStaff ? undefined : caller.username);
    return { ...orderDetailView(order, caller), refunds: (await this.refunds.ofOrder(order.id)).map(refundOfOrderView) };
  }

  @Post(':number/resubmit')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Send what is unfinished again', description: 'Fulfilled and held lines are not touched, and given-up ones only when nothing else is left. Answers after the attempt; it never waits for another one. The learner can be corrected until something may have reached him.' })
  @ApiJson(200, OrderDetailSchema, 'The order after the attempt.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async resubmit(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: ResubmitBody }) { reason, ...terms }: ResubmitBody, @CurrentCaller() { username }: Caller) {
    await this.operations.resubmit(number, { askedBy: { kind: 'operator', actor: username, reason }, ...terms });
    return orderDetailView(await this.reader.detail(number), STAFF_VIEW);
  }

  @Post(':number/revoke')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Take back what was delivered', description: 'The whole order, or the named lines; what was never delivered is let go. Access that another order of the learner needs stays. It returns no money. All or none is begun: a line whose fulfiller cannot take back, or that a provider has accepted, keeps the others from it.' })
  @ApiJson(200, OrderDetailSchema, 'The order afterwards.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 502, 503)
  async revoke(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: RevokeBody }) { reason, lineIds }: RevokeBody, @CurrentCaller() { username }: Caller) {
    await this.operations.revoke(number, lineIds ?? 'all', { kind: 'operator', actor: username, reason });
    return orderDetailView(await this.reader.detail(number), STAFF_VIEW);
  }

  @Post(':number/cancel')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Take out what is unfinished', description: 'A line that was ever called is read back first, and taken back where it had arrived. Fulfilled lines are not touched.' })
  @ApiJson(200, OrderDetailSchema, 'The order without what was unfinished.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 502, 503)
  async cancel(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody, @CurrentCaller() { username }: Caller) {
    await this.operations.cancel(number, { kind: 'operator', actor: username, reason });
    return orderDetailView(await this.reader.detail(number), STAFF_VIEW);
  }
}
