import { Inject, Injectable, Logger } from '@nestjs/common';
import { OrdersDatabase, isUnpaid, type OrderStatus } from '#orders';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { PAYMENTS_OPTIONS, type PaymentsOptions } from '../payments.options.js';
import { ForeignPaymentError } from './payment.errors.js';
import { PaymentLedger } from './payment.ledger.js';
import { PaymentSync } from './payment-sync.service.js';
import type { Payment } from './payment.js';
import { CLAIM_CHECK, FIND_CHECKS, paymentOf, type PaymentRow } from './payment.statements.js';

/** The name of this source of work. */
export const PAYMENT_CHECKS = 'payment-checks';
const ACTOR = 'scheduler';

interface ClaimedCheck extends PaymentRow {
  readonly order_status: OrderStatus;
}

/** Payments of which nothing is known, or nothing was heard: read back by themselves. What was started for an order that does not wait for it any more is called off. */
@Injectable()
export class PaymentChecks {
  readonly name = PAYMENT_CHECKS;
  private readonly logger = new Logger(PaymentChecks.name);

  constructor(
    private readonly database: OrdersDatabase,
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    @Inject(PAYMENTS_OPTIONS) private readonly options: PaymentsOptions,
  ) {}

  async findDue(limit: number) {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_CHECKS, [limit]);
    return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt, alone: false }));
  }

  async perform({ id }: { readonly id: string }): Promise<void> {
    const [row] = await this.database.run<ClaimedCheck>(CLAIM_CHECK, [id, this.options.leaseMs]);
    if (!row) return;
    const payment = paymentOf(row);
    const isWaitedFor = isUnpaid(row.order_status);
    try {
      await (isWaitedFor && payment.status !== 'failed' ? this.sync.advance(payment, ACTOR) : this.sync.cancel(payment, ACTOR));
    } catch (error) {
      if (!(error instanceof GatewayFailure || error instanceof ForeignPaymentError)) throw error;
      const isGivenUp = !isWaitedFor && error instanceof GatewayFailure && (await this.giveUp(payment, error));
      this.logger.warn(`Payment ${id} of order ${row.order_number} could not be read back${isGivenUp ? ', and is given up' : ''}: ${error.message}`);
    }
  }

  /** Nobody waits for a payment whose order has ended, and no buyer was told of one that its gateway will not take on: it would be asked for ever. */
  private async giveUp(payment: Payment, { passing, mayHaveArrived }: GatewayFailure): Promise<boolean> {
    return !passing && !mayHaveArrived && this.ledger.abandon(payment);
  }
}
