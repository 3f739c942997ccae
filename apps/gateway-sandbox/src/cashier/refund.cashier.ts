import { paypalId, stripeId } from '../world/ids.js';
import type { Payment, Refund } from '../world/records.js';
import type { World } from '../world/world.js';
import { balanceOf, disputesOf } from './balance.js';
import type { Announce } from './fact.js';
import { Refusal } from './refusal.js';

export interface RefundWish {
  /** Left out: everything that is left. */
  readonly amountMinor?: number | undefined;
  readonly origin: Refund['origin'];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly reason?: string | null;
}

/** Money that goes back, and what becomes of it later. */
export class RefundCashier {
  constructor(
    private readonly world: World,
    private readonly announce: Announce,
  ) {}

  /** @throws {Refusal} when it was not taken, is disputed, or less than that is left. */
  refund(payment: Payment, { amountMinor, origin, metadata = {}, reason = null }: RefundWish): Refund {
    const remaining = this.remainingOf(payment);
    const amount = amountMinor ?? remaining;
    if (amount > remaining) throw new Refusal('too_much', `Of ${payment.id} no more than ${remaining} can go back.`, remaining);
    const now = new Date().toISOString();
    const status = this.world.ways.refunds === 'pending' ? 'pending' : 'succeeded';
    const id = payment.gateway === 'stripe' ? stripeId('re') : paypalId();
    const common = { id, seq: this.world.nextSeq(), paymentId: payment.id, amountMinor: amount, origin, metadata: { ...metadata }, reason, failureReason: null };
    const refund = this.world.refunds.put<Refund>({ ...common, status, createdAt: now, updatedAt: now });
    this.announce({ type: 'refund_created', payment, refund });
    return refund;
  }

  /** A pending refund has arrived at the buyer. */
  succeed(refund: Refund): Refund {
    if (refund.status !== 'pending') throw new Refusal('wrong_state', `${refund.id} is ${refund.status}, not pending.`);
    return this.move(refund, { status: 'succeeded' }, 'refund_succeeded');
  }

  /** The buyer's bank sends the money back, which may happen long after it had succeeded. */
  fail(refund: Refund, failureReason: string): Refund {
    if (refund.status === 'failed') throw new Refusal('wrong_state', `${refund.id} has failed already.`);
    return this.move(refund, { status: 'failed', failureReason }, 'refund_failed');
  }

  private remainingOf(payment: Payment): number {
    const { capturedMinor, refundedMinor } = balanceOf(this.world, payment);
    if (capturedMinor === 0) throw new Refusal('not_captured', `Nothing was taken for ${payment.id}.`);
    if (refundedMinor >= capturedMinor) throw new Refusal('already_refunded', `${payment.id} was returned in whole.`);
    if (disputesOf(this.world, payment).some(({ status }) => status !== 'won')) throw new Refusal('disputed', `${payment.id} was charged back.`);
    return capturedMinor - refundedMinor;
  }

  private move(refund: Refund, change: Partial<Refund>, type: 'refund_succeeded' | 'refund_failed'): Refund {
    const moved = this.world.refunds.put<Refund>({ ...refund, ...change, updatedAt: new Date().toISOString() });
    const payment = this.world.payments.get(refund.paymentId);
    if (payment !== undefined) this.announce({ type, payment, refund: moved });
    return moved;
  }
}
