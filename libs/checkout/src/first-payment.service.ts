import { Injectable, Logger } from '@nestjs/common';
import { IdempotencyRecords, OrderReader } from '#orders';
import { ForeignPaymentError, GatewayFailure, PaymentSync } from '#payments';
import type { CheckoutKey } from './checkout.request.js';
import type { CheckoutAnswer } from './first-delivery.service.js';
import { stepFailed, stepOf, type PaymentStep } from './payment-step.js';
import type { PlacedPending } from './pending-placement.service.js';

/** Starts the payment of an order that its caller has just placed, and answers his request. */
@Injectable()
export class FirstPayment {
  private readonly logger = new Logger(FirstPayment.name);

  constructor(
    private readonly sync: PaymentSync,
    private readonly reader: OrderReader,
    private readonly records: IdempotencyRecords,
  ) {}

  /** A gateway that cannot be asked is an answer, not an error: the order waits. */
  async start(placed: PlacedPending, actor: string, { scope, render }: CheckoutKey): Promise<CheckoutAnswer> {
    const { step, isUnchanged } = await this.started(placed, actor);
    const order = isUnchanged ? placed.order : await this.reader.byId(placed.order.id);
    return { answer: await this.records.answer({ scope, render: (standing) => render(standing, step) }, order), replayed: false };
  }

  /** `isUnchanged`: the order stands as it was placed. It does not where the gateway calls a new payment paid, or impossible. */
  private async started({ payment }: PlacedPending, actor: string): Promise<{ readonly step: PaymentStep; readonly isUnchanged: boolean }> {
    try {
      const started = await this.sync.start(payment, actor);
      return { step: stepOf(started, started.action), isUnchanged: started.payment.status === 'started' };
    } catch (error) {
      if (!(error instanceof GatewayFailure || error instanceof ForeignPaymentError)) throw error;
      this.logger.warn(`Payment ${payment.id} of order ${payment.orderNumber} could not be started: ${error.message}`);
      return { step: stepFailed(payment, error), isUnchanged: true };
    }
  }
}
