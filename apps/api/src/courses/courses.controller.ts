import { Body, Controller, Delete, Get, Param, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CourseNotFoundError, CoursesService, RemovalNotConfirmedError } from '#catalog';
import type { FastifyReply } from 'fastify';
import { StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { courseDraft, courseView } from './course.view.js';
import { ConfirmQuery, CourseBody, CourseKey, CoursePageSchema, CourseQuery, CourseSchema } from './courses.schema.js';
import { decodePosition, encodePosition } from './position-cursor.js';
import { ApiVersion, Withdrawal, Write, sendVersion, type VersionedWrite } from './versioned-write.js';

@ApiTags('catalog')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/courses')
export class CoursesController {
  constructor(private readonly courses: CoursesService) {}

  @Get()
  @ApiOperation({ summary: 'List courses with what is sold of them', description: 'In the order of their ids. `q` is looked for in ids and names.' })
  @ApiJson(200, CoursePageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: CourseQuery }) { partner, q: search, limit, cursor }: CourseQuery) {
    const { courses, nextAfterId } = await this.courses.list({ partner, search }, limit, cursor === undefined ? null : decodePosition(cursor, CourseKey));
    return { items: courses.map(courseView), nextCursor: nextAfterId && encodePosition(nextAfterId) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One course with its modes', description: 'The slashes of an old key, such as MITx/6.002x/2012, are sent as %2F.' })
  @ApiJson(200, CourseSchema, 'The course. Its version is the ETag.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('id', { schema: CourseKey }) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const course = await this.courses.find(id);
    if (!course) throw new CourseNotFoundError();
    sendVersion(reply, course.version);
    return courseView(course);
  }

  @Put(':id')
  @ApiOperation({
    summary: 'Save a course with all of its modes',
    description: 'As a whole or not at all. Prices and windows count at once and keep their history; the LMS is told afterwards. Modes that are left out are withdrawn, which needs `?confirm=true`.',
  })
  @ApiVersion({ creates: true })
  @ApiJson(200, CourseSchema, 'The course as it is now. Its version is the ETag.')
  @ApiJson(201, CourseSchema, 'The course, which is new; `Location` says where it is.')
  @ApiProblems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503)
  async put(@Param('id', { schema: CourseKey }) id: string, @Query({ schema: ConfirmQuery }) { confirm }: ConfirmQuery, @Body({ schema: CourseBody }) body: CourseBody, @Write() { actor, ifVersion, reply }: VersionedWrite) {
    const course = await this.courses.put(courseDraft(id, body), { ifVersion, actor, confirmRemoval: confirm === 'true' });
    sendVersion(reply, course.version, ifVersion === 'new' ? `/v1/courses/${encodeURIComponent(id)}` : undefined);
    return courseView(course);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Withdraw every mode of a course', description: 'Here, and at the LMS. The course itself stays, because orders name it.' })
  @ApiVersion({ creates: false })
  @ApiJson(200, CourseSchema, 'The course as it is now. Its version is the ETag.')
  @ApiProblems(400, 401, 403, 404, 412, 422, 428, 503)
  async remove(@Param('id', { schema: CourseKey }) id: string, @Query({ schema: ConfirmQuery }) { confirm }: ConfirmQuery, @Withdrawal() { actor, ifVersion, reply }: VersionedWrite<number>) {
    const sold = await this.courses.find(id);
    if (sold && sold.modes.length > 0 && confirm !== 'true') throw new RemovalNotConfirmedError(sold.modes.map(({ mode }) => mode));
    const course = await this.courses.remove(id, { ifVersion, actor });
    sendVersion(reply, course.version);
    return courseView(course);
  }
}
