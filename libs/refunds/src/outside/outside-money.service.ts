import { Injectable } from '@nestjs/common';
import type { GatewayPayment, Payment } from '#payments';
import type { Refund, RefundMover } from '../refund.js';
import { LateRefunds } from './late-refunds.service.js';
import { RefundObservation } from './refund-observation.service.js';

/** What nobody asked for here: money that a gateway says went back, and money that came too late. */
@Injectable()
export class OutsideMoney {
  constructor(
    private readonly observation: RefundObservation,
    private readonly late: LateRefunds,
  ) {}

  observe(payment: Payment, state: Pick<GatewayPayment, 'refunds' | 'disputes'>): Promise<void> {
    return this.observation.observe(payment, state);
  }

  returnLate(payment: Payment): Promise<Refund | undefined> {
    return this.late.returnLate(payment);
  }

  returnParked(payment: Payment, mover: RefundMover): Promise<Refund | undefined> {
    return this.late.returnParked(payment, mover);
  }
}
