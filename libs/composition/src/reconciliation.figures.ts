import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '#observability';
import { DIFFERENCE_KINDS, ProcessorRegistry, ReconciliationRuns } from '#payments';

/** Has the differences of the last comparison with each gateway of the map told at each scrape. */
@Injectable()
export class ReconciliationQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly runs: ReconciliationRuns,
    private readonly registry: ProcessorRegistry,
  ) {}

  onModuleInit(): void {
    this.metrics.paymentDifferences(async () => {
      const runs = await this.runs.list();
      return runs.flatMap(({ processor, last }) => (last === null || !this.registry.find(processor) ? [] : DIFFERENCE_KINDS.map((kind) => ({ processor, kind, count: last.differences[kind] }))));
    });
  }
}
