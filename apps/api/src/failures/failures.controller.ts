import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FailureBoard, type FailureBoardView } from '#orders';
import { StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { FailureBoardSchema, FailuresQuery } from './failures.schema.js';

@ApiTags('operations')
@ApiBearerAuth()
@Controller('v1/operations/failures')
export class FailuresController {
  constructor(private readonly board: FailureBoard) {}

  @Get()
  @StaffOnly()
  @ApiOperation({ summary: 'What is unfinished, grouped by cause', description: 'Lines of paid orders that wait or failed: by kind of failure, product type, course and age. A group names the filter by which its lines can be resubmitted.' })
  @ApiJson(200, FailureBoardSchema, 'The groups, and their totals.')
  @ApiProblems(400, 401, 403, 503)
  view(@Query({ schema: FailuresQuery }) query: FailuresQuery): Promise<FailureBoardView> {
    return this.board.view(query);
  }
}
