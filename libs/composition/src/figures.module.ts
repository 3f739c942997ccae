import { Injectable, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { DependencyLimits } from '#limits';
import { Metrics } from '#observability';
import { Backlog } from '#orders';
import { SchedulerStatus } from '#scheduler';
import { PaymentEventQuestion } from './payment-inbox.modules.js';
import { PaymentQuestion } from './payments.figures.js';
import { PublicationQuestion } from './publication.figures.js';
import { RefundQuestion } from './refunds.modules.js';
import { ReconciliationQuestion } from './reconciliation.figures.js';

/** Not asked for by `Metrics` itself: the scheduler's work is counted in it, so the scheduler comes later. */
@Injectable()
class FigureQuestions implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly backlog: Backlog,
    private readonly limits: DependencyLimits,
    private readonly scheduler: SchedulerStatus,
  ) {}

  onModuleInit(): void {
    this.metrics.backlog(() => this.backlog.facts());
    this.metrics.dependencies(async () => (await this.limits.states()).map(({ name, breaker, paused }) => ({ name, breaker, paused: paused !== null })));
    this.metrics.wakeups(async () => ({ ...(await this.scheduler.read()), failed: 0 }));
  }
}

/** The figures of a program, and whom they are asked of at each scrape. */
@Module({})
export class FiguresModule {
  static forRoot(service: string): DynamicModule {
    return {
      module: FiguresModule,
      global: true,
      providers: [{ provide: Metrics, useFactory: () => new Metrics(service) }, FigureQuestions, PublicationQuestion, ReconciliationQuestion, PaymentEventQuestion, PaymentQuestion, RefundQuestion],
      exports: [Metrics],
    };
  }
}
