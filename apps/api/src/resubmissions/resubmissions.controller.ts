import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#checkout';
import { ResubmissionReader, Resubmissions } from '#orders';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { fingerprint, idempotencyKeyOf } from '../checkout/idempotency-key.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { decodeCursor, encodeCursor } from '../orders/cursor.js';
import { csvOf } from './resubmission-lines.csv.js';
import { DryRunSchema, OperationDetailSchema, OperationPageSchema, OperationSchema, ResubmissionBody, ResubmissionId, ResubmissionListQuery, ResubmissionQuery } from './resubmissions.schema.js';
import { resubmissionFilter } from './resubmission.filter.js';

@ApiTags('operations')
@ApiBearerAuth()
@Controller('v1/resubmissions')
export class ResubmissionsController {
  constructor(
    private readonly resubmissions: Resubmissions,
    private readonly reader: ResubmissionReader,
  ) {}

  @Post()
  @HttpCode(202)
  @StaffOnly()
  @ApiOperation({
    summary: 'Send many unfinished lines again',
    description: 'Held lines and lines that are being worked on never match. Each line is sent once by the operation, also when its process dies; what its attempt leaves unfinished is retried by itself. A dry run writes nothing and needs neither key nor confirmation.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'One key, one operation. Required unless `dryRun` is true. 1 to 255 visible ASCII characters.' })
  @ApiJson(200, DryRunSchema, 'What would be sent (`dryRun`).')
  @ApiJson(202, OperationSchema, 'The operation; `Location` says where to follow it. `Idempotency-Replayed: true` when the key had it already.')
  @ApiProblems(400, 401, 403, 413, 415, 422, 503)
  async create(@Body({ schema: ResubmissionBody }) body: ResubmissionBody, @CurrentCaller() { username: actor }: Caller, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { reason, confirm, refreshDetails } = body;
    const filter = resubmissionFilter(body.filter);
    if (body.dryRun) {
      void reply.status(200);
      return { dryRun: true, ...(await this.resubmissions.preview(filter)) };
    }
    const { operation, replayed } = await this.resubmissions.create({ filter, actor, reason, confirm, refreshDetails, idempotencyKey: idempotencyKeyOf(request), fingerprint: fingerprint(body) });
    void reply.header('location', `/v1/resubmissions/${operation.id}`);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return operation;
  }

  @Get()
  @StaffOnly()
  @ApiOperation({ summary: 'List resubmissions, newest first' })
  @ApiJson(200, OperationPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: ResubmissionListQuery }) { limit, cursor }: ResubmissionListQuery) {
    const { items, nextAfterId } = await this.reader.list(limit, cursor === undefined ? null : decodeCursor(cursor));
    return { items, nextCursor: nextAfterId && encodeCursor(nextAfterId) };
  }

  @Get(':id')
  @StaffOnly()
  @ApiOperation({ summary: 'One resubmission, its progress, and a page of its lines' })
  @ApiJson(200, OperationDetailSchema, 'The operation.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('id', { schema: ResubmissionId }) id: string, @Query({ schema: ResubmissionQuery }) { limit, cursor, result }: ResubmissionQuery) {
    const afterId = cursor === undefined ? null : decodeCursor(cursor);
    const operation = await this.reader.byId(id);
    const [progress, { items, nextAfterId }] = await Promise.all([this.reader.progress(id), this.reader.lines(id, { limit, afterId, result })]);
    return { ...operation, progress, done: progress.waiting + progress.running === 0, lines: { items, nextCursor: nextAfterId && encodeCursor(nextAfterId) } };
  }

  @Get(':id/lines.csv')
  @StaffOnly()
  @ApiOperation({ summary: 'All lines of a resubmission with their results', description: 'RFC 4180, in UTF-8. A cell that a spreadsheet would take for a formula begins with an apostrophe.' })
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, description: 'One row a line, in the order of their ids.', content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems(400, 401, 403, 404, 503)
  async csv(@Param('id', { schema: ResubmissionId }) id: string, @Res() reply: FastifyReply): Promise<void> {
    await this.reader.byId(id);
    void reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="resubmission-${id}.csv"`);
    void reply.send(Readable.from(csvOf(this.reader.allLines(id)), { objectMode: false }));
  }
}
