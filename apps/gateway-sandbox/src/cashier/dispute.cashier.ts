import { paypalId, stripeId } from '../world/ids.js';
import type { Dispute, Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { balanceOf } from './balance.js';
import type { Announce } from './fact.js';
import { Refusal } from './refusal.js';

/** A buyer's bank takes money back, and perhaps returns it. */
export class DisputeCashier {
  constructor(
    private readonly world: World,
    private readonly announce: Announce,
  ) {}

  /** @throws {Refusal} when so much was not taken, or is gone. */
  open(payment: Payment, wish: { readonly amountMinor?: number | undefined; readonly reason?: string | undefined } = {}): Dispute {
    const { capturedMinor, refundedMinor, disputedMinor } = balanceOf(this.world, payment);
    if (capturedMinor === 0) throw new Refusal('not_captured', `Nothing was taken for ${payment.id}.`);
    const left = capturedMinor - refundedMinor - disputedMinor;
    const amountMinor = wish.amountMinor ?? left;
    if (amountMinor > left || amountMinor <= 0) throw new Refusal('too_much', `Of ${payment.id} no more than ${left} can be disputed.`, left);
    const now = new Date().toISOString();
    const id = payment.gateway === 'stripe' ? stripeId('dp') : `PP-D-${paypalId(8)}`;
    const common = { id, seq: this.world.nextSeq(), paymentId: payment.id, amountMinor, reason: wish.reason ?? 'fraudulent' };
    const dispute = this.world.disputes.put<Dispute>({ ...common, status: 'open', createdAt: now, updatedAt: now });
    this.announce({ type: 'dispute_opened', payment, dispute });
    return dispute;
  }

  close(dispute: Dispute, outcome: 'won' | 'lost'): Dispute {
    if (dispute.status !== 'open') throw new Refusal('wrong_state', `${dispute.id} is ${dispute.status} already.`);
    const closed = this.world.disputes.put<Dispute>({ ...dispute, status: outcome, updatedAt: new Date().toISOString() });
    const payment = this.world.payments.get(dispute.paymentId);
    if (payment !== undefined) this.announce({ type: 'dispute_closed', payment, dispute: closed });
    return closed;
  }
}
