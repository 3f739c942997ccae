import type { FailureKind } from '#orders';
import type { RefundStatus } from './transitions.js';

export const REFUND_ORIGINS = ['request', 'gateway', 'dispute', 'late'] as const;
/** `gateway`: made in the gateway's own console. `dispute`: the buyer's bank took the money. `late`: of a payment that opened no order. */
export type RefundOrigin = (typeof REFUND_ORIGINS)[number];
export const ACCESS_TERMS = ['revoke', 'keep', 'caller'] as const;
/** `keep`: the learner keeps what he has. `caller`: it is taken back by whoever asked, so that the provider is not called; the lines end as revoked. */
export type AccessTerms = (typeof ACCESS_TERMS)[number];

/** A line that a refund takes back. */
export interface RefundLine {
  readonly lineId: string;
  /** Its full price. Minor units. */
  readonly amountMinor: number;
  /** An operator held it before. */
  readonly wasHeld: boolean;
}

/** Money that goes back, and access that is taken. Amounts in whole minor units of `currency`. */
export interface Refund {
  /** UUID, as the gateway knows it. */
  readonly id: string;
  readonly number: string;
  readonly orderId: string;
  readonly orderNumber: string;
  /** By his user name. */
  readonly learner: string;
  /** Null where no money was taken. */
  readonly paymentId: string | null;
  readonly origin: RefundOrigin;
  readonly status: RefundStatus;
  readonly amountMinor: number;
  readonly currency: string;
  readonly access: AccessTerms;
  readonly reason: string;
  readonly requestedBy: string;
  readonly decidedBy: string | null;
  readonly decisionReason: string | null;
  /** What the gateway calls it. */
  readonly reference: string | null;
  /** The money came back to us after all: it counts as returned no more. */
  readonly moneyIsBack: boolean;
  /** Why some access stayed, and what operators should know besides. */
  readonly accessNote: string | null;
  /** Of the key towards the gateway: another one after it had said that the refund failed. */
  readonly round: number;
  /** What the gateway calls those that failed. */
  readonly failedReferences: readonly string[];
  /** Of the half that is under way. */
  readonly attempts: number;
  /** The money may be on its way, and nobody has found out. */
  readonly mayHaveArrived: boolean;
  readonly failure: { readonly kind: FailureKind; readonly detail: string } | null;
  /** When its half that is under way is tried next; while somebody does, the end of his lease. */
  readonly nextAttemptAt: Date | null;
  readonly claimId: string | null;
  /** Somebody works on it, and his lease lives. */
  readonly isWorkedOn: boolean;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly moneyAt: Date | null;
  readonly completedAt: Date | null;
  /** What is taken back; of a denied refund, what would have been. */
  readonly lines: readonly RefundLine[];
}

/** Who moves a refund, for its record and the order's history. */
export interface RefundMover {
  readonly actor: string;
  readonly reason: string;
}

/** The money left us, as far as is known: by us, or by somebody in the gateway's console, or by the buyer's bank. */
export function isMoneyGone({ origin, status, moneyIsBack }: Pick<Refund, 'origin' | 'status' | 'moneyIsBack'>): boolean {
  if (moneyIsBack) return false;
  return isOutside(origin) || status === 'money_returned' || status === 'access_error' || status === 'complete';
}

/** Nobody here returned this money: it was gone when it was heard of. */
export function isOutside(origin: RefundOrigin): boolean {
  return origin === 'gateway' || origin === 'dispute';
}

/** Money that opened no order, and that is on its way back: of each payment there is one at a time. */
export function isLivingLate({ origin, status }: Pick<Refund, 'origin' | 'status'>): boolean {
  return origin === 'late' && status !== 'denied' && status !== 'complete';
}
