import { Body, Controller, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReportedResults } from '#fulfillment';
import type { ReportedResult } from '#orders';
import type { FastifyRequest } from 'fastify';
import { Public } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { ProblemError } from '../problems/problem.js';
import { LineKey, ResultAnswerSchema, ResultBody } from './result.schema.js';
import { SignedCallbackGuard, signedBy } from './signed-callback.guard.js';

/** As Fastify knows the route. */
export const RESULT_ROUTE = '/v1/fulfillments/:lineKey/result';

@ApiTags('fulfillments')
@Controller('v1/fulfillments')
export class ResultsController {
  constructor(private readonly results: ReportedResults) {}

  @Post(':lineKey/result')
  @HttpCode(200)
  @Public()
  @UseGuards(SignedCallbackGuard)
  @ApiOperation({
    summary: 'Report what came of a line',
    description: [
      'For providers that accepted a line for later. Signed by Standard Webhooks with one of the `callbackSecrets` of its product type.',
      'May be sent again: a result that is known is answered as one that is new. Any answer but 200 is worth sending again, but for other 4xx than 408 and 429.',
    ].join(' '),
  })
  @ApiHeader({ name: 'webhook-id', required: true, description: 'The same whenever the same message is sent again.' })
  @ApiHeader({ name: 'webhook-timestamp', required: true, description: 'Seconds since 1970, at most five minutes ago.' })
  @ApiHeader({ name: 'webhook-signature', required: true, description: '`v1,` and the base64 of an HMAC-SHA256 over `<id>.<timestamp>.<body>`.' })
  @ApiJson(200, ResultAnswerSchema, 'It is kept, and nothing needs to be sent again.')
  @ApiProblems(400, 401, 409, 413, 415, 503)
  async report(@Param('lineKey', { schema: LineKey }) lineKey: string, @Body({ schema: ResultBody }) body: ResultBody, @Req() request: FastifyRequest) {
    if (body.lineKey !== lineKey) throw new ProblemError('invalid_request', 'The message is about another line: see errors.', [{ pointer: '/lineKey', detail: 'must be the key in the path' }]);
    const { productType, messageId } = signedBy(request);
    const outcome = await this.results.report(lineKey, productType, { messageId, ...reported(body) });
    // Lines are never deleted: the guard has seen it.
    if (!outcome) throw new ProblemError('line_not_found', 'There is no such line.');
    return { outcome };
  }
}

function reported(body: ResultBody): ReportedResult {
  return body.result === 'fulfilled' ? { outcome: 'fulfilled', detail: body.reference } : { outcome: 'failed', detail: body.detail };
}
