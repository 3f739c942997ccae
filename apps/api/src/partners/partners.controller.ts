import { Body, Controller, Get, Param, Put, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PartnersService, type Partner } from '#catalog';
import type { FastifyReply } from 'fastify';
import { StaffOnly } from '../auth/caller.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { PartnerBody, PartnerCode, PartnerListSchema, PartnerSchema } from './partners.schema.js';

@ApiTags('catalog')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/partners')
export class PartnersController {
  constructor(private readonly partners: PartnersService) {}

  @Get()
  @ApiOperation({ summary: 'Who sells', description: 'Courses and products belong to one partner for good, and to `default` where none is named.' })
  @ApiJson(200, PartnerListSchema, 'All of them, by code.')
  @ApiProblems(401, 403, 503)
  async list() {
    return { items: (await this.partners.list()).map(partnerView) };
  }

  @Put(':code')
  @ApiOperation({ summary: 'Add a partner, or rename one', description: 'The last write wins.' })
  @ApiJson(200, PartnerSchema, 'The partner.')
  @ApiJson(201, PartnerSchema, 'The partner, which is new.')
  @ApiProblems(400, 401, 403, 413, 415, 503)
  async put(@Param('code', { schema: PartnerCode }) code: string, @Body({ schema: PartnerBody }) { name }: PartnerBody, @Res({ passthrough: true }) reply: FastifyReply) {
    const { partner, created } = await this.partners.put(code, name);
    void reply.status(created ? 201 : 200);
    return partnerView(partner);
  }
}

function partnerView({ code, name, createdAt, updatedAt }: Partner) {
  return { code, name, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
