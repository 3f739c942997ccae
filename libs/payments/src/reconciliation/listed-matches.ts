import type { ListedPayment } from '../contract/payment-processor.js';
import type { Payment } from '../ledger/payment.js';

/** What a listed payment is here. `ours`: this one. `elsewhere`: one of another entry of the map, which sells through the same account. `unknown`: none of ours, also where it bears the identifier of one. */
export type Match = { readonly is: 'ours'; readonly payment: Payment } | { readonly is: 'elsewhere' } | { readonly is: 'unknown'; readonly named: Payment | undefined };

/** Finds for each listed payment what it is among `payments`, all that it may be. */
export function matcher(processor: string, payments: readonly Payment[]): (listed: ListedPayment) => Match {
  const own = payments.filter((payment) => payment.processor === processor);
  const byReference = new Map(own.map((payment) => [payment.reference, payment]));
  const byCapture = new Map(own.map((payment) => [payment.captureReference, payment]));
  const byId = new Map(payments.map((payment) => [payment.id, payment]));
  return (listed) => {
    const { reference, captureReference, paymentId } = listed;
    const known = byReference.get(reference) ?? (captureReference === null ? undefined : byCapture.get(captureReference));
    if (known) return { is: 'ours', payment: known };
    const named = paymentId === null ? undefined : byId.get(paymentId);
    if (named && named.processor !== processor && isThat(named, listed)) return { is: 'elsewhere' };
    // The answer to its start was lost, so nobody here knows how the gateway calls it.
    if (named && named.processor === processor && (named.reference === null || isThat(named, listed))) return { is: 'ours', payment: named };
    return { is: 'unknown', named };
  };
}

/** Whether a payment that is named can be the listed one. Some lists name nothing but the money that was taken, and whose money that is may not be known here yet. */
function isThat(named: Payment, { reference, captureReference }: ListedPayment): boolean {
  if (named.reference === reference) return true;
  return captureReference !== null && (named.captureReference === captureReference || (named.captureReference === null && reference === captureReference));
}
