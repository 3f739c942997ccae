import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { DependencyOperations } from './dependency-operations.service.js';
import { DependencyBody, DependencyListSchema, DependencyName, DependencySchema } from './dependency.schema.js';

@ApiTags('operations')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/operations/dependencies')
export class DependenciesController {
  constructor(private readonly operations: DependencyOperations) {}

  @Get()
  @ApiOperation({ summary: 'The providers that product types need', description: 'Whether they are called, how often they may be, and why they are not.' })
  @ApiJson(200, DependencyListSchema, 'All of them, by name.')
  @ApiProblems(401, 403, 503)
  async list() {
    return { items: await this.operations.list() };
  }

  @Put(':name')
  @ApiOperation({ summary: 'Pause, resume or limit a provider', description: 'Every replica goes by it within a second. Calls that run go on.' })
  @ApiJson(200, DependencySchema, 'How it stands now.')
  @ApiProblems(400, 401, 403, 404, 413, 415, 503)
  async change(@Param('name', { schema: DependencyName }) name: string, @Body({ schema: DependencyBody }) { reason, paused, ratePerMinute }: DependencyBody, @CurrentCaller() { username }: Caller) {
    const change = { ...(paused === undefined ? {} : { paused }), ...(ratePerMinute === undefined ? {} : { ratePerMinute }) };
    return this.operations.change(name, change, { actor: username, reason });
  }
}
