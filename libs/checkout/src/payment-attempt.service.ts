import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Order } from '#orders';
import { GatewayFailure, PaymentLedger, PaymentSync, ProcessorRegistry, livingOf, type Payment, type StartedAtGateway } from '#payments';
import { CheckoutRefusedError } from './checkout.errors.js';
import { fromGateway } from './from-gateway.js';
import { assertNoQuestion } from './payable-order.js';
import { PaymentUnderWayError } from './payment.errors.js';
import { SaleCheck } from './sale-check.service.js';

/** What somebody wants to pay an order by. */
export interface WantedPayment {
  readonly order: Order;
  /** As before when it is left out. */
  readonly processor: string | undefined;
  readonly actor: string;
  /** One by another processor is called off for it; else it is left alone, and the wanted one refused. */
  readonly mayCallOff: boolean;
}

/** One step on the way to a payment that a buyer can make. */
@Injectable()
export class PaymentAttempt {
  constructor(
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    private readonly sale: SaleCheck,
    private readonly registry: ProcessorRegistry,
  ) {}

  /**
   * Starts the order's payment, or calls the one off that stands in the way.
   *
   * @returns `undefined` when the order has to be looked at again.
   * @throws {OrderNotPayableError | OrderOutdatedError | PaymentUnderWayError | CheckoutRefusedError | GatewayUnavailableError}
   */
  async make({ order, processor: wanted, actor, mayCallOff }: WantedPayment): Promise<StartedAtGateway | undefined> {
    const payments = await this.ledger.ofOrder(order.id);
    assertNoQuestion(order.number, payments);
    const processor = this.gateway(wanted ?? payments[0]?.processor ?? order.paymentProcessor);
    if (!(await this.sale.isStillSold(order.snapshot(), actor))) return undefined;
    const living = livingOf(payments);
    if (living && living.processor !== processor) {
      if (!mayCallOff) throw new PaymentUnderWayError(order.number);
      return this.callOff(living, actor);
    }
    const payment = living ?? (await this.ledger.writeAnother({ id: randomUUIDv7(), orderId: order.id, processor }, actor));
    const started = payment && (await fromGateway(this.sync.start(payment, actor)));
    return started?.payment.status === 'started' ? started : undefined;
  }

  /** Nobody can pay what was never told to any buyer: where its gateway cannot be asked, it is given up all the same. */
  private async callOff(living: Payment, actor: string): Promise<undefined> {
    const cancelled = this.sync.cancel(living, actor).catch(async (error: unknown) => {
      if (!(error instanceof GatewayFailure) || !(await this.ledger.abandon(living))) throw error;
      return null;
    });
    const ended = await fromGateway(cancelled);
    if (ended?.payment.status === 'started') throw new PaymentUnderWayError(living.orderNumber);
  }

  /** @throws {CheckoutRefusedError} */
  private gateway(name: string): string {
    if (this.registry.find(name)?.kind === 'gateway') return name;
    const names = this.registry.gateways().map((gateway) => gateway.name);
    throw new CheckoutRefusedError([{ code: 'unknown_processor', pointer: '/processor', detail: `The order is paid for by a payment gateway; there are: ${names.join(', ') || 'none'}.` }]);
  }
}
