import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Public } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { postedWebhook } from './webhook-body.js';
import { WebhookReception } from './webhook-reception.service.js';

/** As Fastify knows the route. */
export const WEBHOOK_ROUTE = '/v1/payments/:processor/webhook';

const ReceivedSchema = z.object({ received: z.literal(true) }).meta({ id: 'WebhookReceived' });

@ApiTags('payments')
@Controller('v1/payments')
export class WebhooksController {
  constructor(private readonly reception: WebhookReception) {}

  @Post(':processor/webhook')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'What a payment gateway has to tell',
    description: 'For gateways: `processor` is a name of the map of payment processors, and the message is signed as its gateway signs. 200 says that it is on record and need not be sent again. It is a reason to read the payment back; what it says of money is not believed.',
  })
  @ApiConsumes('*/*')
  @ApiJson(200, ReceivedSchema, 'It is on record, also where it had come before.')
  @ApiProblems(400, 404, 413, 503)
  async receive(@Param('processor') processor: string, @Req() request: FastifyRequest) {
    await this.reception.receive(processor, postedWebhook(request), request.id);
    return { received: true };
  }
}
