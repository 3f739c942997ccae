import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InstalledProductTypes } from '#fulfillment';
import { StaffOnly } from '../auth/caller.js';
import { DependencyOperations } from '../dependencies/dependency-operations.service.js';
import { ApiJson } from '../openapi/api-json.js';
import { ApiProblems } from '../openapi/api-problems.js';
import { InstalledProductTypesSchema } from './product-type.schema.js';
import { productTypeView } from './product-type.view.js';

@ApiTags('operations')
@ApiBearerAuth()
@StaffOnly()
@Controller('v1/product-types')
export class ProductTypesController {
  constructor(
    private readonly installed: InstalledProductTypes,
    private readonly dependencies: DependencyOperations,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The product types that are installed', description: 'Which plug-in delivers each, in which version, with which options (without secrets), and how its provider stands.' })
  @ApiJson(200, InstalledProductTypesSchema, 'All of them, in the order of the token map.')
  @ApiProblems(401, 403, 503)
  async list() {
    const dependencies = new Map((await this.dependencies.list()).map((dependency) => [dependency.name, dependency]));
    return { items: this.installed.list.map((type) => productTypeView(type, dependencies)) };
  }
}
