import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { RefundReader, RefundsService } from '#refunds';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { IdempotencyKey, fingerprint } from '../checkout/idempotency-key.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { decodeCursor, encodeCursor } from '../orders/cursor.js';
import { ReasonBody } from '../orders/orders.schema.js';
import { KeyedRefunds } from './keyed-refunds.service.js';
import { refundDetailView, refundView } from './refund.view.js';
import { ApproveBody, RefundBody, RefundDetailSchema, RefundNumber, RefundPageSchema, RefundQuery, RefundSchema, RetryBody } from './refunds.schema.js';

const ROUTE = 'POST /v1/refunds';

@ApiTags('refunds')
@ApiBearerAuth()
@Controller('v1/refunds')
export class RefundsController {
  constructor(
    private readonly refunds: RefundsService,
    private readonly keyed: KeyedRefunds,
    private readonly reader: RefundReader,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({
    summary: 'Ask for a refund',
    description: 'Of an order or of some of its lines. What is asked for is set aside and held at once; nothing moves before it is approved, by staff or by a rule. A learner may ask within a time after payment, and chooses neither amount nor access. What costs nothing is approved at once.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'One key, one refund, one answer. 1 to 255 visible ASCII characters.' })
  @ApiJson(201, RefundSchema, 'The refund as it was written; `Location` says where to follow it. `Idempotency-Replayed: true` when this answer was given before.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  async request(@Body({ schema: RefundBody }) body: RefundBody, @IdempotencyKey() key: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    const scope = { caller: caller.username, route: ROUTE, key };
    const render = (refund: Parameters<typeof refundView>[0]) => ({ status: 201, body: JSON.stringify(refundView(refund, caller)) });
    const { answer, replayed } = await this.keyed.request(body, caller, { scope, fingerprint: fingerprint(body), render });
    const { number } = JSON.parse(answer.body) as { number: string };
    if (replayed) void reply.header('idempotency-replayed', 'true');
    void reply.status(answer.status).header('location', `/v1/refunds/${number}`).type('application/json; charset=utf-8').send(answer.body);
  }

  @Get()
  @ApiOperation({ summary: 'List refunds, newest first', description: 'A learner sees those of his orders; staff see all.' })
  @ApiJson(200, RefundPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 503)
  async list(@Query({ schema: RefundQuery }) { limit, cursor, learner, ...filter }: RefundQuery, @CurrentCaller() caller: Caller) {
    const page = await this.reader.list({ ...filter, learner: caller.isStaff ? learner : caller.username }, limit, cursor === undefined ? null : decodeCursor(cursor));
    return { items: page.refunds.map((refund) => refundView(refund, caller)), nextCursor: page.nextAfterId && encodeCursor(page.nextAfterId) };
  }

  @Get(':number')
  @ApiOperation({ summary: 'One refund, with its lines; for staff with every attempt' })
  @ApiJson(200, RefundDetailSchema, 'The refund.')
  @ApiProblems(400, 401, 404, 503)
  async get(@Param('number', { schema: RefundNumber }) number: string, @CurrentCaller() caller: Caller) {
    return this.detail(number, caller);
  }

  @Post(':number/approve')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Approve a refund', description: 'Its money goes back, then its access. Answers after both were tried once; what is left goes on by itself.' })
  @ApiJson(200, RefundDetailSchema, 'The refund as it stands.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  async approve(@Param('number', { schema: RefundNumber }) number: string, @Body({ schema: ApproveBody }) approval: ApproveBody, @CurrentCaller() caller: Caller) {
    await this.refunds.approve(number, { actor: caller.username, ...approval });
    return this.detail(number, caller);
  }

  @Post(':number/deny')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Deny a refund', description: 'Nothing goes back, and what it holds goes on. The same may be asked for again. What a gateway was asked for is read back first: 409 where it has returned it after all, 503 where it cannot be asked.' })
  @ApiJson(200, RefundDetailSchema, 'The denied refund.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async deny(@Param('number', { schema: RefundNumber }) number: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody, @CurrentCaller() caller: Caller) {
    await this.refunds.deny(number, { actor: caller.username, reason });
    return this.detail(number, caller);
  }

  @Post(':number/retry')
  @HttpCode(200)
  @StaffOnly()
  @ApiOperation({ summary: 'Have a half tried again that failed', description: 'For `money_error` and `access_error`. Money that may have gone back is read back first. With `acceptReturned` nothing is asked for again: what the gateway returned, less than was asked for, is taken for the refund, and its amount is that from then on.' })
  @ApiJson(200, RefundDetailSchema, 'The refund as it stands after that try.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  async retry(@Param('number', { schema: RefundNumber }) number: string, @Body({ schema: RetryBody }) terms: RetryBody, @CurrentCaller() caller: Caller) {
    await this.refunds.retry(number, { actor: caller.username, ...terms });
    return this.detail(number, caller);
  }

  private async detail(number: string, caller: Caller) {
    return refundDetailView(await this.reader.detail(number, caller.isStaff ? undefined : caller.username), caller);
  }
}
