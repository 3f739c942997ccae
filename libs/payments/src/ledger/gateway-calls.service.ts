import { Injectable, Logger } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ClientAction, GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { PaymentProcessor, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import { ProcessorRegistry } from '../registry/processor.registry.js';
import { callWithin } from './call-within.js';
import type { Payment } from './payment.js';

const DESCRIPTION = (orderNumber: string) => `Order ${orderNumber}`;

/**
 * Calls gateways, each call within its processor's time-out, whatever the plug-in makes of it. Whoever calls has no transaction open.
 *
 * Every method throws `GatewayFailure` and nothing else: what a plug-in throws besides is a bug, and nobody knows then what the gateway did.
 */
@Injectable()
export class GatewayCalls {
  private readonly logger = new Logger(GatewayCalls.name);

  constructor(private readonly registry: ProcessorRegistry) {}

  /** Has the gateway expect the payment, or reminds it. */
  start(payment: Payment): Promise<{ readonly payment: GatewayPayment; readonly action: ClientAction | null }> {
    return this.call(payment, (gateway, request) => gateway.start(request));
  }

  confirm(payment: Payment): Promise<GatewayPayment> {
    return this.call(payment, (gateway, request) => gateway.confirm(request));
  }

  /** Null: the gateway knows of no such payment. */
  verify(payment: Payment): Promise<GatewayPayment | null> {
    return this.call(payment, (gateway, request) => gateway.verify(request));
  }

  cancel(payment: Payment): Promise<GatewayPayment> {
    return this.call(payment, (gateway, request) => gateway.cancel(request));
  }

  refund(payment: Payment, refund: RefundRequest): Promise<GatewayRefund> {
    return this.call(payment, (gateway, request) => gateway.refund(request, refund));
  }

  private async call<Result>(payment: Payment, work: (gateway: PaymentProcessor, request: StartedPayment) => Promise<Result>): Promise<Result> {
    const wired = this.registry.find(payment.processor);
    if (wired?.kind !== 'gateway') throw new GatewayFailure(`The payment processor "${payment.processor}" is not in the map of payment processors as a gateway: put it back, so that its payments can be read back and refunded.`, { kind: 'configuration', passing: false });
    const { id: paymentId, orderNumber, amountMinor, currency, reference, captureReference } = payment;
    const request: Omit<StartedPayment, 'signal'> = { paymentId, orderNumber, amountMinor, currency, reference, captureReference, description: DESCRIPTION(orderNumber) };
    try {
      return await callWithin(wired.timeoutMs, (signal) => work(wired.gateway, { ...request, signal }));
    } catch (thrown) {
      throw this.failure(payment, thrown);
    }
  }

  private failure({ processor, id }: Payment, thrown: unknown): GatewayFailure {
    if (thrown instanceof GatewayFailure) return thrown;
    this.logger.error(`The payment processor "${processor}" broke down with payment ${id}.`, thrown instanceof Error ? thrown.stack : undefined);
    return new GatewayFailure('The payment processor broke down; the log says how.', { kind: 'unknown', passing: true, mayHaveArrived: true }, { cause: thrown });
  }
}
