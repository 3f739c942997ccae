import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '#observability';
import { PaymentWatch } from '#payments';

/** Has the payments that cannot be read back, and what nobody comes to, counted at each scrape. */
@Injectable()
export class PaymentQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly watch: PaymentWatch,
  ) {}

  onModuleInit(): void {
    this.metrics.paymentWatch(() => this.watch.figures());
  }
}
