import { Body, Controller, Get, HttpCode, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { etagOf, requireVersion } from '../etag.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { RolloutOperations } from './rollout-operations.service.js';
import { RolloutHistorySchema, RolloutPlanSchema, RolloutSchema, type RolloutAnswer } from './rollout.answers.js';
import { RolloutBody, RolloutHistoryQuery, RolloutPlanBody, RolloutSwitchBody } from './rollout.schema.js';

@ApiTags('rollout')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/rollout')
export class RolloutController {
  constructor(private readonly operations: RolloutOperations) {}

  @Get()
  @ApiOperation({ summary: 'Which courses use this service', description: 'Its version is the ETag.' })
  @ApiJson(200, RolloutSchema, 'The rollout, and who wrote it, when and why.')
  @ApiProblems(401, 403, 503)
  async current(@Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(await this.operations.current(), reply);
  }

  @Get('history')
  @ApiOperation({ summary: 'Every version of the rollout, newest first' })
  @ApiJson(200, RolloutHistorySchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  history(@Query({ schema: RolloutHistoryQuery }) query: RolloutHistoryQuery) {
    return this.operations.history(query);
  }

  @Put()
  @ApiOperation({ summary: 'Replace the rollout', description: 'It counts at once. Plan it first: `POST /v1/rollout/plan` takes the same body without the reason.' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The ETag of the version that is replaced, such as `"7"`; `"0"` while there is none. Required, or else `If-None-Match: *`.' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: '`*`: there is none yet.' })
  @ApiJson(200, RolloutSchema, 'The rollout as it is now.')
  @ApiProblems(400, 401, 403, 412, 413, 415, 422, 428, 503)
  async change(@Body({ schema: RolloutBody }) body: RolloutBody, @CurrentCaller() { username }: Caller, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(await this.operations.change(body, requireVersion(request), username), reply);
  }

  @Post('plan')
  @HttpCode(200)
  @ApiOperation({ summary: 'What a rollout would change', description: 'Goes through every course of the catalog and writes nothing.' })
  @ApiJson(200, RolloutPlanSchema, 'How many courses would go where, the first of them by name, and what would change later by itself.')
  @ApiProblems(400, 401, 403, 413, 415, 422, 503)
  plan(@Body({ schema: RolloutPlanBody }) body: RolloutPlanBody) {
    return this.operations.plan(body);
  }

  @Post('off')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send every course back to the old workflow', description: 'Works at once and whatever the version is. The rules stay as they are.' })
  @ApiJson(200, RolloutSchema, 'The rollout as it is now.')
  @ApiProblems(400, 401, 403, 413, 415, 503)
  async off(@Body({ schema: RolloutSwitchBody }) { reason }: RolloutSwitchBody, @CurrentCaller() { username }: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(await this.operations.switchTo(false, username, reason), reply);
  }

  @Post('on')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let the rules decide again', description: 'Works at once and whatever the version is.' })
  @ApiJson(200, RolloutSchema, 'The rollout as it is now.')
  @ApiProblems(400, 401, 403, 413, 415, 503)
  async on(@Body({ schema: RolloutSwitchBody }) { reason }: RolloutSwitchBody, @CurrentCaller() { username }: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(await this.operations.switchTo(true, username, reason), reply);
  }
}

function tagged(answer: RolloutAnswer, reply: FastifyReply): RolloutAnswer {
  void reply.header('etag', etagOf(answer.version));
  return answer;
}
