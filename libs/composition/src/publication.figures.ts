import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Publications } from '#catalog';
import { Metrics } from '#observability';

/** Has publications counted at each scrape. */
@Injectable()
export class PublicationQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly publications: Publications,
  ) {}

  onModuleInit(): void {
    this.metrics.publications(() => this.publications.figures());
  }
}
