import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { PublicAnswer } from '../caching/public-answer.js';
import { PubliclyCached } from '../caching/publicly-cached.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { LinkSchema, LinksQuery } from './links.schema.js';
import { LinkMaker } from './links.service.js';

@ApiTags('links')
@Controller('v1/links')
export class LinksController {
  constructor(private readonly links: LinkMaker) {}

  @Get()
  @PubliclyCached()
  @ApiOperation({ summary: 'A checked link that sells SKUs', description: 'Everything behind it can be bought together now; where `workflow` is `legacy`, the old shop decides that, and only what was withdrawn here is refused. `utm_…` parameters are carried along, no others are taken. Every refusal names the SKU.' })
  @ApiQuery({ name: 'sku', required: true, isArray: true, type: String, description: '1 to 100, each once.' })
  @ApiQuery({ name: 'next', required: false, type: String, description: 'Where to return to: an absolute URL of one of SITE_ORIGINS.' })
  @ApiJson(200, LinkSchema, 'The link, and what it sells.')
  @ApiProblems(400, 422, 503)
  get(@Query({ schema: LinksQuery }) query: LinksQuery): Promise<PublicAnswer> {
    return this.links.link(query);
  }
}
