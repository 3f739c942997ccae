import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Publications } from '#catalog';
import type { Caller } from '#checkout';
import { CurrentCaller, StaffOnly } from '../auth/caller.js';
import { CourseKey } from '../courses/courses.schema.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { publicationCursor, publicationPosition } from './publication.position.js';
import { publicationDetailView, publicationView } from './publication.view.js';
import { PublicationDetailSchema, PublicationPageSchema, PublicationQuery, RepublishBody } from './publications.schema.js';

@ApiTags('catalog')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/publications')
export class PublicationsController {
  constructor(private readonly publications: Publications) {}

  @Get()
  @ApiOperation({ summary: 'What the LMS shall know of each course', description: 'Oldest requests first. `?status=failed` and `?status=confirm_required` wait for a person.' })
  @ApiJson(200, PublicationPageSchema, 'One page. `nextCursor` is null at the end.')
  @ApiProblems(400, 401, 403, 503)
  async list(@Query({ schema: PublicationQuery }) { status, limit, cursor }: PublicationQuery) {
    const { publications, next } = await this.publications.list({ status }, limit, cursor === undefined ? null : publicationPosition(cursor));
    return { items: publications.map(publicationView), nextCursor: next && publicationCursor(next) };
  }

  @Get(':courseId')
  @ApiOperation({ summary: 'One course, with its newest attempts', description: 'The slashes of an old key, such as MITx/6.002x/2012, are sent as %2F.' })
  @ApiJson(200, PublicationDetailSchema, 'How the LMS stands to the course.')
  @ApiProblems(400, 401, 403, 404, 503)
  async get(@Param('courseId', { schema: CourseKey }) courseId: string) {
    return publicationDetailView(await this.publications.get(courseId));
  }

  @Post(':courseId/republish')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Publish a course again, or for the first time',
    description: 'It is due at once, and published by the worker. `remove` confirms that modes which only the LMS has (`extraModes`) may go; without it none does.',
  })
  @ApiJson(200, PublicationDetailSchema, 'The publication, which is due now.')
  @ApiProblems(400, 401, 403, 404, 413, 415, 422, 503)
  async republish(@Param('courseId', { schema: CourseKey }) courseId: string, @Body({ schema: RepublishBody }) { reason, remove }: RepublishBody, @CurrentCaller() { username: actor }: Caller) {
    return publicationDetailView(await this.publications.republish(courseId, { actor, reason, remove }));
  }
}
