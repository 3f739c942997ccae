import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PaymentAbandonment, PaymentConfirmation, PaymentStart, type Caller, type OrderToPay } from '#checkout';
import { CurrentCaller } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { orderDetailView } from '../orders/order.view.js';
import { OrderDetailSchema, OrderNumber } from '../orders/orders.schema.js';
import { PaymentCancelBody, PaymentStartBody } from './payments.schema.js';

/** For the history, where a buyer says nothing. */
const GIVEN_UP = 'Given up before it was paid for.';

@ApiTags('payments')
@ApiBearerAuth()
@Controller('v1/orders/:number/payment')
export class OrderPaymentsController {
  constructor(
    private readonly starts: PaymentStart,
    private readonly confirmations: PaymentConfirmation,
    private readonly abandonment: PaymentAbandonment,
  ) {}

  @Post('start')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on to pay for an order', description: 'Starts its payment, again or by another gateway. `payment.action` says what the browser does next; the learner and who placed the order see it, nobody else. Prices are looked at again: where one has changed, or a SKU is no longer sold, the order is called off. The same request twice at once ends in one payment.' })
  @ApiJson(200, OrderDetailSchema, 'The order, with `payment.action`; or paid for, where it came out so.')
  @ApiProblems(400, 401, 404, 409, 413, 415, 422, 502, 503)
  async start(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: PaymentStartBody }) { processor }: PaymentStartBody, @CurrentCaller() caller: Caller) {
    return view(await this.starts.start(number, processor, caller), caller);
  }

  @Post('confirm')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that the buyer has done his part', description: 'Nothing of that is believed: the gateway is asked, the money is taken where it waits for that, and what was paid for is delivered. Webhooks and the scheduler do the same without it.' })
  @ApiJson(200, OrderDetailSchema, 'The order as it stands: paid for or not. `payment.declined` has the words of a declined try.')
  @ApiProblems(400, 401, 404, 409, 422, 502, 503)
  async confirm(@Param('number', { schema: OrderNumber }) number: string, @CurrentCaller() caller: Caller) {
    return view(await this.confirmations.confirm(number, caller), caller);
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give up an order that is not paid for', description: 'Calls its payment off at the gateway, and ends the order: what it would have sold can be bought anew.' })
  @ApiJson(200, OrderDetailSchema, 'The order, which has expired.')
  @ApiProblems(400, 401, 404, 409, 413, 415, 502, 503)
  async cancel(@Param('number', { schema: OrderNumber }) number: string, @Body({ schema: PaymentCancelBody }) { reason = GIVEN_UP }: PaymentCancelBody, @CurrentCaller() caller: Caller) {
    return orderDetailView(await this.abandonment.giveUp(number, reason, caller), caller);
  }
}

function view({ order, step }: OrderToPay, caller: Caller) {
  return orderDetailView(order, caller, step ?? undefined);
}
