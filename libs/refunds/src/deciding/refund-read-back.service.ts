import { Injectable } from '@nestjs/common';
import { GatewayCalls, GatewayFailure, PaymentLedger, type GatewayRefund } from '#payments';
import type { Refund } from '../refund.js';
import { RefundNotReadBackError } from '../refunds.errors.js';
import { RefundTerms } from './refund-terms.service.js';

/** What a gateway has of a refund, and the refund as it stood before the gateway was asked. */
export interface ReadBack {
  readonly refund: Refund;
  readonly refunds: readonly GatewayRefund[];
}

const NO_PAYMENT = 'it knows of no such payment. Are these the keys of the same account, test or live, that it was paid with?';

/** Asks what a gateway has of a refund before somebody decides about it. No transaction is open meanwhile. */
@Injectable()
export class RefundReadBack {
  constructor(
    private readonly payments: PaymentLedger,
    private readonly calls: GatewayCalls,
    private readonly terms: RefundTerms,
  ) {}

  /** Nobody is asked about what no gateway was asked for. @throws {RefundNotReadBackError} */
  async of(refund: Refund): Promise<ReadBack> {
    if (refund.status !== 'money_error' || refund.paymentId === null) return { refund, refunds: [] };
    const payment = await this.payments.byId(refund.paymentId);
    if (!this.terms.isCalled(refund, payment)) return { refund, refunds: [] };
    try {
      const state = await this.calls.verify(payment);
      if (state === null) throw new RefundNotReadBackError(refund.number, NO_PAYMENT);
      return { refund, refunds: state.refunds };
    } catch (error) {
      if (error instanceof GatewayFailure) throw new RefundNotReadBackError(refund.number, error.detail);
      throw error;
    }
  }
}
