import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { EventDismissal, EventReplay, PaymentEventReader } from '#payments';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { decodeCursor, encodeCursor } from '../orders/cursor.js';
import { DismissalBody, PaymentEventDetailSchema, PaymentEventId, PaymentEventPageSchema, PaymentEventQuery, PaymentEventSchema, ReplayBody } from './payment-event.schema.js';
import { paymentEventView } from './payment-event.view.js';

@ApiTags('payments')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/payment-events')
export class PaymentEventsController {
  constructor(
    private readonly reader: PaymentEventReader,
    private readonly replays: EventReplay,
    private readonly dismissals: EventDismissal,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What payment gateways have told, newest first', description: '`?status=parked` waits for an operator.' })
  @ApiJson(200, PaymentEventPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: PaymentEventQuery }) { limit, cursor, ...filter }: PaymentEventQuery) {
    const { events, nextAfterId } = await this.reader.list(filter, limit, cursor === undefined ? null : decodeCursor(cursor));
    return { items: events.map(paymentEventView), nextCursor: nextAfterId && encodeCursor(nextAfterId) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One event with its body' })
  @ApiJson(200, PaymentEventDetailSchema, 'The event.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('id', { schema: PaymentEventId }) id: string) {
    const event = await this.reader.byId(id);
    return { ...paymentEventView(event), body: event.body };
  }

  @Post(':id/replay')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have an event looked at again', description: 'Whatever became of it: it is due at once, and its payment is read back by the worker. Harmless for one that was processed.' })
  @ApiJson(200, PaymentEventSchema, 'The event, which is due now.')
  @ApiProblems(400, 401, 403, 404, 413, 415, 503)
  async replay(@Param('id', { schema: PaymentEventId }) id: string, @Body({ schema: ReplayBody }) { reason }: ReplayBody, @CurrentCaller() { username: actor }: Caller) {
    return paymentEventView(await this.replays.replay(id, { actor, reason }));
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @ApiOperation({ summary: 'Have nothing done about a parked event', description: 'Where it belongs to another service on the same account, or was dealt with by hand. Why it was parked is kept, and it can still be replayed. `409 payment_event_not_parked` for any other.' })
  @ApiJson(200, PaymentEventSchema, 'The event, which is `ignored` now.')
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  async dismiss(@Param('id', { schema: PaymentEventId }) id: string, @Body({ schema: DismissalBody }) { reason }: DismissalBody, @CurrentCaller() { username: actor }: Caller) {
    return paymentEventView(await this.dismissals.dismiss(id, { actor, reason }));
  }
}
