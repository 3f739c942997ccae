import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { GatewayCalls, GatewayFailure, PaymentLedger } from '#payments';
import { standingOf } from '../outside/our-standing.js';
import { answerVerdict, failureVerdict, readBackVerdict, type MoneyVerdict, type Rounds } from './money-verdict.js';
import type { RefundClaim } from './refund-claims.service.js';

const NO_PAYMENT = new GatewayFailure('The gateway knows of no such payment. Are these the keys of the same account, test or live, that it was paid with?', { kind: 'configuration', passing: false });
const OUT_OF_TIME = new GatewayFailure('Too little time was left for another call.', { kind: 'timeout', passing: true });

/** Has a gateway return the money of a claimed refund: by the same key as long as nobody knows what came of it, and only after a look where a call may have arrived, or another key is used. */
@Injectable()
export class GatewayMoney {
  constructor(
    private readonly payments: PaymentLedger,
    private readonly calls: GatewayCalls,
  ) {}

  /** Never throws what a gateway makes of it: that is the verdict. @returns null where there is nobody to ask. */
  async returnOnce({ refund, leaseEndsAtMs }: RefundClaim): Promise<MoneyVerdict | null> {
    if (refund.paymentId === null) return null;
    const payment = await this.payments.byId(refund.paymentId);
    let rounds: Rounds = refund;
    let wasCalled = false;
    try {
      // A gateway may have said no, and returned it all the same.
      if (refund.mayHaveArrived || refund.round > 1) {
        const state = await this.calls.verify(payment);
        if (state === null) throw NO_PAYMENT;
        const readBack = readBackVerdict(refund, standingOf(refund, state.refunds));
        if (readBack.verdict) return readBack.verdict;
        rounds = readBack.rounds;
      }
      // Somebody else may have it by now, and be further.
      if (performance.now() > leaseEndsAtMs) throw OUT_OF_TIME;
      wasCalled = true;
      const { id: refundId, amountMinor } = refund;
      const answer = await this.calls.refund({ ...payment, currency: refund.currency }, { refundId, key: `${refundId}:${rounds.round}`, amountMinor });
      return answerVerdict(rounds, refund, answer);
    } catch (thrown) {
      if (!(thrown instanceof GatewayFailure)) throw thrown;
      return failureVerdict(rounds, thrown, { wasCalled, mayHaveBefore: refund.mayHaveArrived });
    }
  }
}
