import { Injectable } from '@nestjs/common';
import { OrdersDatabase, type FailureKind, type Statement } from '#orders';

/** Payments that cannot be read back, and what falls due and nobody comes to. */
export interface PaymentWatchFigures {
  /** Those that their gateways could not be asked about the last time, and that are tried again by themselves. What was paid there may not be known here. */
  readonly failing: readonly { readonly processor: string; readonly kind: FailureKind; readonly count: number }[];
  /** For how long the oldest read-back is due, and the end of the oldest order whose time is over, in seconds. 0: none is. More than a few sweeps: no worker does it. */
  readonly oldestDueSeconds: number;
  readonly oldestExpiryDueSeconds: number;
}

/** From an index that holds nothing else. */
export const FAILING: Statement = {
  name: 'payments.failing',
  text: `select processor, failure_kind as kind, count(*)::int as count from payment where failure_kind is not null and next_check_at is not null group by processor, failure_kind order by processor, failure_kind`,
};

/** What somebody works on is due at the end of his lease. */
export const OLDEST_DUE: Statement = {
  name: 'payments.oldest_due',
  text: `
select coalesce((select extract(epoch from now() - next_check_at) from payment where next_check_at <= now() order by next_check_at limit 1), 0)::float8 as check_seconds,
       coalesce((select extract(epoch from now() - expiry_check_at) from orders where status in ('pending', 'payment_error') and expiry_check_at <= now() order by expiry_check_at limit 1), 0)::float8 as expiry_seconds`,
};

/** Whether payments are read back, and unpaid orders ended. Never locks, never writes. */
@Injectable()
export class PaymentWatch {
  constructor(private readonly database: OrdersDatabase) {}

  async figures(): Promise<PaymentWatchFigures> {
    const failing = await this.database.run<PaymentWatchFigures['failing'][number]>(FAILING, []);
    const [due] = await this.database.run<{ check_seconds: number; expiry_seconds: number }>(OLDEST_DUE, []);
    return { failing, oldestDueSeconds: due?.check_seconds ?? 0, oldestExpiryDueSeconds: due?.expiry_seconds ?? 0 };
  }
}
