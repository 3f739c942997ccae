import { Injectable, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { readRefundSettings, type DeliveryConfig } from '#config';
import { Metrics } from '#observability';
import { ParkedPayments } from '#payments';
import { REFUND_STATUSES, RefundReader, RefundsModule, type RefundListener } from '#refunds';
import { refundRules } from './refund-rules.js';

const OVER: ReadonlySet<string> = new Set(['complete', 'denied']);

/** Refunds, by the rules of their file. @throws {RefundSettingsError} */
export async function refundsModule({ refundsFile, fulfillmentLeaseMs: leaseMs }: Pick<DeliveryConfig, 'refundsFile' | 'fulfillmentLeaseMs'>): Promise<DynamicModule> {
  const rules = refundRules(await readRefundSettings(refundsFile));
  return RefundsModule.forRoot({ leaseMs, rules, listener: { inject: [Metrics], useFactory: refundReporter } });
}

/** Counts money that went back through a gateway, and refunds that failed after they were done. */
export function refundReporter(metrics: Pick<Metrics, 'refundReturned' | 'refundBounced'>): RefundListener {
  return ({ event, processor }) => {
    if (processor === null) return;
    if (event === 'returnRefundMoney') metrics.refundReturned(processor);
    if (event === 'bounceRefund') metrics.refundBounced(processor);
  };
}

/** Has the refunds that are not over, and the payments that opened no order, counted at each scrape. */
@Injectable()
export class RefundQuestion implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly refunds: RefundReader,
    private readonly parked: ParkedPayments,
  ) {}

  onModuleInit(): void {
    this.metrics.refunds(() => this.facts());
    this.metrics.parkedPayments(async () => (await this.parked.figures()).byCause);
  }

  private async facts() {
    const { byStatus, oldestMoneyMs, oldestAccessMs } = await this.refunds.figures();
    const open = REFUND_STATUSES.filter((status) => !OVER.has(status)).map((status) => [status, byStatus[status] ?? 0]);
    return { open: Object.fromEntries(open) as Record<string, number>, oldestMoneySeconds: (oldestMoneyMs ?? 0) / 1_000, oldestAccessSeconds: (oldestAccessMs ?? 0) / 1_000 };
  }
}
