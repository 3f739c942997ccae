import { applyDecorators, Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { OrderReader } from '#orders';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { LineOperations, type LineRequest } from './line-operations.service.js';
import { STAFF_VIEW, orderDetailView } from './order.view.js';
import { LineBody, LineId, OrderDetailSchema, OrderNumber } from './orders.schema.js';

@ApiTags('orders')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/orders/:number/lines/:lineId')
export class LineOperationsController {
  constructor(
    private readonly reader: OrderReader,
    private readonly operations: LineOperations,
  ) {}

  @LineOperation('hold', 'Keep a line from being delivered', 'A delivery that runs goes on; none begins afterwards, until the line is released.')
  async hold(@Param('number', { schema: OrderNumber }) number: string, @Param('lineId', { schema: LineId }) lineId: string, @Body({ schema: LineBody }) body: LineBody, @CurrentCaller() caller: Caller) {
    await this.operations.hold(request({ number, lineId, body, caller }));
    return this.detail(number);
  }

  @LineOperation('release', 'Let a held line go', 'It is due when it was.')
  async release(@Param('number', { schema: OrderNumber }) number: string, @Param('lineId', { schema: LineId }) lineId: string, @Body({ schema: LineBody }) body: LineBody, @CurrentCaller() caller: Caller) {
    await this.operations.release(request({ number, lineId, body, caller }));
    return this.detail(number);
  }

  @LineOperation('done-elsewhere', 'Mark a line as delivered by another way', 'Only when the provider says that it is there, or with `force`.')
  async doneElsewhere(@Param('number', { schema: OrderNumber }) number: string, @Param('lineId', { schema: LineId }) lineId: string, @Body({ schema: LineBody }) body: LineBody, @CurrentCaller() caller: Caller) {
    await this.operations.doneElsewhere(request({ number, lineId, body, caller }));
    return this.detail(number);
  }

  @LineOperation('give-up', 'Have a line not tried again', 'Where a call may have arrived it is read back first, and fulfilled when it is there. What cannot be read back needs `force`.')
  async giveUp(@Param('number', { schema: OrderNumber }) number: string, @Param('lineId', { schema: LineId }) lineId: string, @Body({ schema: LineBody }) body: LineBody, @CurrentCaller() caller: Caller) {
    await this.operations.giveUp(request({ number, lineId, body, caller }));
    return this.detail(number);
  }

  private async detail(number: string) {
    return orderDetailView(await this.reader.detail(number), STAFF_VIEW);
  }
}

function LineOperation(path: string, summary: string, description: string): MethodDecorator {
  return applyDecorators(Post(path), HttpCode(200), ApiOperation({ summary, description }), ApiJson(200, OrderDetailSchema, 'The order afterwards.'), ApiProblems(400, 401, 403, 404, 409, 413, 415, 503));
}

function request({ number, lineId, body, caller }: { number: string; lineId: string; body: LineBody; caller: Caller }): LineRequest {
  const { reason, force } = body;
  return { number, lineId, force, askedBy: { kind: 'operator', actor: caller.username, reason } };
}
