import { balanceOf, disputesOf, refundsOf, takingOf, type Balance } from '../cashier/balance.js';
import type { Call, Dispute, Payment, Refund } from '../world/records.js';
import type { World } from '../world/world.js';

/** A payment with everything that became of its money. */
export interface LedgerPayment extends Pick<Payment, 'id' | 'gateway' | 'status' | 'amountMinor' | 'currency' | 'metadata' | 'createdAt'>, Balance {
  /** The charge or capture that took it; null before. */
  readonly captureId: string | null;
  /** How often the buyer's bank said no. */
  readonly declines: number;
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
}

export interface LedgerFilter {
  readonly method?: string | undefined;
  /** A part of the path. */
  readonly path?: string | undefined;
  readonly afterSeq?: number | undefined;
}

export function ledgerOf(world: World, payment: Payment): LedgerPayment {
  const { id, gateway, status, amountMinor, currency, metadata, createdAt, takings } = payment;
  return {
    ...{ id, gateway, status, amountMinor, currency, metadata, createdAt },
    captureId: takingOf(payment)?.id ?? null,
    ...balanceOf(world, payment),
    declines: takings.filter((taking) => taking.status === 'failed').length,
    refunds: refundsOf(world, payment),
    disputes: disputesOf(world, payment),
  };
}

/** In the order of arrival. */
export function callsOf(world: World, { method, path, afterSeq = 0 }: LedgerFilter): readonly Call[] {
  return world.calls.all().filter((call) => call.seq > afterSeq && (method === undefined || call.method === method.toUpperCase()) && (path === undefined || call.path.includes(path)));
}
