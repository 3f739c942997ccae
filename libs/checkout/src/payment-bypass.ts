import { CheckoutForbiddenError, CheckoutRefusedError } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';

/** A payment that is settled as the order is placed. */
export interface SettledPayment {
  readonly processor: string;
  readonly reference: string | null;
}

type Bypass = (totalMinor: number, caller: Caller, reference: string | undefined) => SettledPayment;

/** The processors that take no money. Gateways join behind the same map of names. */
const BYPASSES: Readonly<Record<string, Bypass>> = {
  free(totalMinor, _caller, reference) {
    if (totalMinor !== 0) throw refused('payment_required', '/payment/processor', 'The total is not zero, so it cannot be free.');
    return { processor: 'free', reference: reference ?? null };
  },

  invoice(_totalMinor, { isStaff }, reference) {
    if (!isStaff) throw new CheckoutForbiddenError('staff_only_processor', '/payment/processor', 'Only staff may sell by invoice.');
    if (reference === undefined) throw refused('reference_required', '/payment/reference', 'An invoice needs a reference, such as the number of a purchase order.');
    return { processor: 'invoice', reference };
  },
};

/**
 * Settles a payment without a gateway.
 *
 * @throws {CheckoutRefusedError} the processor is unknown, or does not fit the total.
 * @throws {CheckoutForbiddenError} the caller may not use it.
 */
export function bypassPayment({ payment }: CheckoutRequest, totalMinor: number, caller: Caller): SettledPayment {
  const name = payment?.processor ?? 'free';
  const bypass = Object.hasOwn(BYPASSES, name) ? BYPASSES[name] : undefined;
  if (!bypass) throw refused('unknown_processor', '/payment/processor', `There is no such payment processor; there are: ${Object.keys(BYPASSES).join(', ')}.`);
  return bypass(totalMinor, caller, payment?.reference);
}

function refused(code: 'payment_required' | 'reference_required' | 'unknown_processor', pointer: string, detail: string): CheckoutRefusedError {
  return new CheckoutRefusedError([{ code, pointer, detail }]);
}
