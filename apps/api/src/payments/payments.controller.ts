import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { PaymentLedger, PaymentReader } from '#payments';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { decodeCursor, encodeCursor } from '../orders/cursor.js';
import { ReasonBody } from '../orders/orders.schema.js';
import { paymentView } from './payment.view.js';
import { PaymentOperations } from './payment-operations.service.js';
import { PaymentId, PaymentPageSchema, PaymentQuery, PaymentSchema } from './payments.schema.js';

@ApiTags('payments')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/payments')
export class PaymentsController {
  constructor(
    private readonly reader: PaymentReader,
    private readonly ledger: PaymentLedger,
    private readonly operations: PaymentOperations,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List payments, newest first', description: '`?parked=ask` wait for an operator: their money opened no order. `?owed=true` are invoices that nobody has paid yet. `?failing=true` could not be read back: `failure` says why, and they are tried again by themselves.' })
  @ApiJson(200, PaymentPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: PaymentQuery }) { limit, cursor, ...filter }: PaymentQuery) {
    const { payments, nextAfterId } = await this.reader.list(filter, limit, cursor === undefined ? null : decodeCursor(cursor));
    return { items: payments.map(paymentView), nextCursor: nextAfterId && encodeCursor(nextAfterId) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One payment' })
  @ApiJson(200, PaymentSchema, 'The payment.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('id', { schema: PaymentId }) id: string) {
    return paymentView(await this.ledger.byId(id));
  }

  @Post(':id/check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Read a payment back now', description: 'Asks its gateway how it stands, and does what follows from that, as the scheduler would.' })
  @ApiJson(200, PaymentSchema, 'The payment as its gateway has it.')
  @ApiProblems(400, 401, 403, 404, 409, 502, 503)
  async check(@Param('id', { schema: PaymentId }) id: string, @CurrentCaller() { username }: Caller) {
    return paymentView(await this.operations.check(id, username));
  }

  @Post(':id/accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let parked money open its order', description: 'Whatever differs. The payment is read back first; the order is delivered before the answer.' })
  @ApiJson(200, PaymentSchema, 'The payment, which opened its order.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 502, 503)
  async accept(@Param('id', { schema: PaymentId }) id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody, @CurrentCaller() { username: actor }: Caller) {
    return paymentView(await this.operations.accept(id, { actor, reason }));
  }

  @Post(':id/return')
  @HttpCode(200)
  @ApiOperation({ summary: 'Return parked money', description: 'All of it that is left. The payment is read back first. What cannot be returned now is returned by the scheduler.' })
  @ApiJson(200, PaymentSchema, 'The payment, whose money is on its way back.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 502, 503)
  async return(@Param('id', { schema: PaymentId }) id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody, @CurrentCaller() { username: actor }: Caller) {
    return paymentView(await this.operations.return(id, { actor, reason }));
  }
}
