import type { World } from '../world/world.js';
import { DisputeCashier } from './dispute.cashier.js';
import type { Announce } from './fact.js';
import { PaymentCashier } from './payment.cashier.js';
import { RefundCashier } from './refund.cashier.js';

/** Everything that can happen to money here, whichever gateway's it is. Nothing of it waits for anything: one call is one step. */
export class Cashier {
  readonly payments: PaymentCashier;
  readonly refunds: RefundCashier;
  readonly disputes: DisputeCashier;

  constructor(world: World, announce: Announce) {
    this.payments = new PaymentCashier(world, announce);
    this.refunds = new RefundCashier(world, announce);
    this.disputes = new DisputeCashier(world, announce);
  }
}
