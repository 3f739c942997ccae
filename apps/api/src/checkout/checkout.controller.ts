import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CheckoutService, stepUnknown, type Caller, type PaymentStep } from '#checkout';
import type { OrderSnapshot, StoredAnswer } from '#orders';
import type { FastifyReply } from 'fastify';
import { CurrentCaller } from '../auth/caller.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { OrderSchema } from '../orders/orders.schema.js';
import { ApiJson } from '../openapi/api-json.js';
import { orderView } from '../orders/order.view.js';
import { CheckoutBody } from './checkout.schema.js';
import { IdempotencyKey, fingerprint } from './idempotency-key.js';

const ROUTE = 'POST /v1/checkout';

@ApiTags('checkout')
@ApiBearerAuth()
@Controller('v1/checkout')
export class CheckoutController {
  constructor(private readonly checkout: CheckoutService) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Buy by SKU', description: 'Places an order, settles its payment and delivers every line before it answers. A failed delivery is an answer, not an error: look at the lines. By a payment gateway, the order waits for its money instead: `payment.action` says what the browser does next, and `POST /v1/orders/{number}/payment/confirm` follows. Send what the buyer was shown as `expectedTotalMinor`, so that he is never charged another price.' })
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'One key, one order, one answer. 1 to 255 visible ASCII characters.' })
  @ApiJson(201, OrderSchema, 'The order as it stands after delivery, or waiting for its payment. `Idempotency-Replayed: true` when this answer was given before.')
  @ApiProblems(400, 401, 403, 409, 413, 415, 422, 503)
  async place(@Body({ schema: CheckoutBody }) body: CheckoutBody, @IdempotencyKey() key: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    const repeated = { scope: { caller: caller.username, route: ROUTE, key }, fingerprint: fingerprint(body), render };
    const { answer, replayed } = await this.checkout.checkout(body, caller, repeated);
    const { number } = JSON.parse(answer.body) as { number: string };
    if (replayed) void reply.header('idempotency-replayed', 'true');
    void reply.status(answer.status).header('location', `/v1/orders/${number}`).type('application/json; charset=utf-8').send(answer.body);
  }
}

/** An order that waits for its money without a step was left by a process that died: its answer says how to go on. */
function render(order: OrderSnapshot, step: PaymentStep | undefined = order.status === 'pending' ? stepUnknown(order) : undefined): StoredAnswer {
  return { status: 201, body: JSON.stringify(orderView(order, step)) };
}
