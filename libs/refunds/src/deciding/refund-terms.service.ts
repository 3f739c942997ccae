import { Inject, Injectable } from '@nestjs/common';
import { PaymentLedger, ProcessorRegistry, type Payment } from '#payments';
import { isOutside, type Refund } from '../refund.js';
import { RefundWindowError, StaffTermsError } from '../refunds.errors.js';
import { REFUNDS_OPTIONS, type RefundsOptions } from '../refunds.options.js';
import type { RefundFacts } from '../refund-rules.js';
import type { WantedRefund } from './request-plan.js';

/** On which terms money goes back: whose it is, whether a gateway is asked for it, who may ask, and what needs no operator. */
@Injectable()
export class RefundTerms {
  constructor(
    private readonly payments: PaymentLedger,
    private readonly registry: ProcessorRegistry,
    @Inject(REFUNDS_OPTIONS) private readonly options: RefundsOptions,
  ) {}

  /** The payment that opened the order; null where none did, because it cost nothing or was sold on trust. */
  async paymentOf(orderId: string): Promise<Payment | null> {
    return (await this.payments.ofOrder(orderId)).find(({ openedOrder }) => openedOrder) ?? null;
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
