import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/caller.js';
import { ApiProblems } from '../openapi/api-problems.js';
import type { QueryParameters } from './basket-add.query.js';
import { BasketAdd } from './basket-add.service.js';

/** The address on which Otto's links land, as its own clients know it: with a trailing slash or without. */
@ApiTags('links')
@Public()
@Controller('basket/add')
export class BasketAddController {
  constructor(private readonly basketAdd: BasketAdd) {}

  @Get()
  @ApiOperation({
    summary: 'Where purchase links land',
    description: 'Sends the learner to the checkout page with the SKUs that can be bought, every parameter whose name contains `utm_`, and `next` if it is an address of our sites; or, where the rollout has left all of it to the old order workflow, there with all parameters. `code`, `bundle`, `catalog`, `email_opt_in` and whatever else Otto knew are taken and not heeded.',
  })
  @ApiQuery({ name: 'sku', required: true, isArray: true, type: String, description: 'At most 100. Unknown ones beside known ones, and ones that cannot be bought beside ones that can, are left out.' })
  @ApiResponse({ status: 303, description: 'To the page that sells.' })
  @ApiResponse({ status: 400, description: 'A sentence: nothing of it can be bought here, or not together, because the currencies differ.', content: { 'text/plain': { schema: { type: 'string' } } } })
  @ApiProblems(503)
  async add(@Query() query: QueryParameters, @Res() reply: FastifyReply): Promise<void> {
    const landing = await this.basketAdd.land(query);
    if ('url' in landing) await reply.redirect(landing.url, 303);
    else await reply.status(400).type('text/plain; charset=utf-8').send(landing.refusal);
  }
}
