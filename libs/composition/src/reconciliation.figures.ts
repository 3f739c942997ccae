import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '#observability';
import { DIFFERENCE_KINDS, ProcessorRegistry, ReconciliationRuns, type ReconciliationRun } from '#payments';

/** Has what the last comparison with each gateway of the map found, and how long ago it was, told at each scrape. */
@Injectable()
export class ReconciliationQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly runs: ReconciliationRuns,
    private readonly registry: ProcessorRegistry,
  ) {}

  onModuleInit(): void {
    this.metrics.paymentDifferences(async () => {
      // What was not compared to the end is not known to be the same.
      return (await this.ofTheMap()).flatMap(({ processor, last }) => (last?.end === 'complete' ? DIFFERENCE_KINDS.map((kind) => ({ processor, kind, count: last.differences[kind] })) : []));
    });
    this.metrics.paymentReconciliations(async () => (await this.ofTheMap()).flatMap(({ processor, secondsSinceComplete: seconds }) => (seconds === null ? [] : [{ processor, seconds }])));
  }

  private async ofTheMap(): Promise<ReconciliationRun[]> {
    return (await this.runs.list()).filter(({ processor }) => this.registry.find(processor)?.kind === 'gateway');
  }
}
