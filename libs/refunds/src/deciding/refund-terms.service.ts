import { Inject, Injectable } from '@nestjs/common';
import { OrdersDatabase, type Statement } from '#orders';
import { PaymentLedger, ProcessorRegistry, type Payment } from '#payments';
import { isOutside, type Refund } from '../refund.js';
import { RefundWindowError, StaffTermsError } from '../refunds.errors.js';
import { REFUNDS_OPTIONS, type RefundsOptions } from '../refunds.options.js';
import type { RefundFacts } from '../refund-rules.js';
import type { WantedRefund } from './request-plan.js';

const SINCE: Statement = { name: 'refunds.since', text: `select (extract(epoch from now() - $1::timestamptz) * 1000)::float8 as ms` };

/** On which terms money goes back: whose it is, whether a gateway is asked for it, who may ask, and what needs no operator. */
@Injectable()
export class RefundTerms {
  constructor(
    private readonly database: OrdersDatabase,
    private readonly payments: PaymentLedger,
    private readonly registry: ProcessorRegistry,
    @Inject(REFUNDS_OPTIONS) private readonly options: RefundsOptions,
  ) {}

  /** The payment that opened the order; null where none did, because it cost nothing or was sold on trust. */
  async paymentOf(orderId: string): Promise<Payment | null> {
    return (await this.payments.ofOrder(orderId)).find(({ openedOrder }) => openedOrder) ?? null;
  }

  /** How long ago that was, in milliseconds, by the database's clock: it is the one that wrote it. */
  async sinceMs(instant: Date): Promise<number> {
    const [row] = await this.database.run<{ ms: number }>(SINCE, [instant]);
    if (!row) throw new Error('The database did not say what time it is.');
    return row.ms;
  }

  /** The gateway is asked for what was taken there; nothing is asked for where no money was, where it is gone, or where nobody paid here. */
  isCalled({ amountMinor, origin }: Pick<Refund, 'amountMinor' | 'origin'>, payment: Payment | null): boolean {
    return payment !== null && amountMinor > 0 && !isOutside(origin) && this.registry.find(payment.processor)?.kind !== 'bypass';
  }

  /** @throws {StaffTermsError | RefundWindowError} */
  assertLearnerMayAsk({ amountMinor, access }: WantedRefund, sincePaidMs: number): void {
    const { requestWindowMs } = this.options.rules;
    if (amountMinor !== undefined || access !== undefined) throw new StaffTermsError();
    if (requestWindowMs === 0 || sincePaidMs > requestWindowMs) throw new RefundWindowError(requestWindowMs);
  }

  /** What costs nothing is approved at once. @returns the name of the rule that approves; null: an operator decides. */
  ruleThatApproves(facts: RefundFacts): string | null {
    return facts.amountMinor === 0 ? 'zero-value' : this.options.rules.autoApprove(facts);
  }
}
