import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RedemptionService, type Caller } from '#checkout';
import type { OrderSnapshot, StoredAnswer } from '#orders';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { orderView } from '../orders/order.view.js';
import { OrderSchema } from '../orders/orders.schema.js';
import { RedemptionBody } from './enrollment-codes.schema.js';

@ApiTags('enrollment codes')
@ApiBearerAuth()
@Controller('v1/enrollment-codes')
export class RedemptionsController {
  constructor(private readonly redemptions: RedemptionService) {}

  @Post(':code/redeem')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Enroll by an enrollment code',
    description: [
      'Places an order of the seat that costs nothing, and delivers it before it answers. The code is its own idempotency key: the same learner with the same code gets the same answer.',
      'Lower case, blanks and dashes are understood. When anything is refused, the code stays as it was.',
      'A failed delivery is an answer, not an error: the code is used up, and the line is tried again.',
    ].join(' '),
  })
  @ApiJson(201, OrderSchema, 'The order as it stands after delivery. `Idempotency-Replayed: true` when this answer was given before.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  // A code of a wrong form is a code that nobody knows: it is judged by whoever looks it up.
  async redeem(@Param('code') code: string, @Body({ schema: RedemptionBody }) body: RedemptionBody, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    const { answer, replayed } = await this.redemptions.redeem({ code, learner: body?.learner }, caller, render);
    const { number } = JSON.parse(answer.body) as { number: string };
    if (replayed) void reply.header('idempotency-replayed', 'true');
    void reply.status(answer.status).header('location', `/v1/orders/${number}`).type('application/json; charset=utf-8').send(answer.body);
  }
}

function render(order: OrderSnapshot): StoredAnswer {
  return { status: 201, body: JSON.stringify(orderView(order)) };
}
