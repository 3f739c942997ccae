import type { Dispute, Payment, Refund, Taking } from '../world/records.js';
import type { World } from '../world/world.js';

export interface Balance {
  readonly capturedMinor: number;
  /** What went back or is on its way back. A refund that failed does not count. */
  readonly refundedMinor: number;
  /** The part of `refundedMinor` that is on its way. */
  readonly pendingMinor: number;
  /** What a buyer's bank holds or has taken. A dispute that was won does not count. */
  readonly disputedMinor: number;
}

export function takingOf(payment: Payment): Taking | undefined {
  return payment.takings.find(({ status }) => status === 'succeeded');
}

export function refundsOf(world: World, { id }: Payment): readonly Refund[] {
  return world.refunds.all().filter(({ paymentId }) => paymentId === id);
}

export function disputesOf(world: World, { id }: Payment): readonly Dispute[] {
  return world.disputes.all().filter(({ paymentId }) => paymentId === id);
}

export function balanceOf(world: World, payment: Payment): Balance {
  const living = refundsOf(world, payment).filter(({ status }) => status !== 'failed');
  return {
    capturedMinor: takingOf(payment) === undefined || payment.status !== 'captured' ? 0 : payment.amountMinor,
    refundedMinor: sum(living),
    pendingMinor: sum(living.filter(({ status }) => status === 'pending')),
    disputedMinor: sum(disputesOf(world, payment).filter(({ status }) => status !== 'won')),
  };
}

function sum(rows: readonly { readonly amountMinor: number }[]): number {
  return rows.reduce((total, { amountMinor }) => total + amountMinor, 0);
}
