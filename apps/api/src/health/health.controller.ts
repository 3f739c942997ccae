import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Dependencies, type DependencyStates } from '#observability';
import { Public } from '../auth/caller.js';
import { ProblemError } from '../problems/problem.js';

/** Alive and able to work are two questions. A provider that is down makes nobody unready: orders are taken all the same. */
@ApiTags('health')
@Public()
@Controller('health')
export class HealthController {
  constructor(@Inject(Dependencies) private readonly dependencies: Dependencies) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Orders can be taken', description: 'The database answers. Redis is reported and does not count: it only wakes up.' })
  async ready(): Promise<{ status: string; dependencies: DependencyStates }> {
    const dependencies = await this.dependencies.states();
    if (dependencies.database !== 'up') throw new ProblemError('unavailable', 'The database does not answer.', [], { 'retry-after': '5' });
    return { status: 'ok', dependencies };
  }
}
