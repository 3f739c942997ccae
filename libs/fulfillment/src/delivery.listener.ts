import type { OrderClaim, SettledLine, SettleResult } from '#orders';

/** A claim that was settled: what it held, what each line came to, and what became of it. */
export interface SettledDelivery {
  readonly claim: OrderClaim;
  readonly lines: readonly SettledLine[];
  readonly result: SettleResult;
}

/** Told of everything that was settled, after the commit: for wake-ups and figures. It must not throw, and nobody waits for it. */
export type DeliveryListener = (delivery: SettledDelivery) => void;

export const DELIVERY_LISTENER = Symbol('DELIVERY_LISTENER');
