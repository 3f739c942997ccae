import { BypassRefusedError, UnknownProcessorError, type ProcessorRegistry, type WiredBypass, type WiredProcessor } from '#payments';
import { CheckoutForbiddenError, CheckoutRefusedError, type RefusalCode } from './checkout.errors.js';
import type { Caller, CheckoutRequest } from './checkout.request.js';

/** A payment that is settled as the order is placed. `owed`: somebody pays later, and it is delivered on trust. */
export interface SettledPayment {
  readonly kind: 'settled';
  readonly processor: string;
  readonly reference: string | null;
  readonly owed: boolean;
}

/** A payment that the buyer makes at a gateway, after the order was written. */
export interface AwaitedPayment {
  readonly kind: 'awaited';
  readonly processor: string;
}

/** For whoever names none. */
const USUAL = 'free';

/**
 * How an order is paid for.
 *
 * @throws {CheckoutRefusedError} the processor is unknown, or does not fit what is asked for.
 * @throws {CheckoutForbiddenError} the caller may not use it.
 */
export function choosePayment({ payment }: CheckoutRequest, totalMinor: number, caller: Caller, registry: Pick<ProcessorRegistry, 'get'>): SettledPayment | AwaitedPayment {
  const wired = processor(payment?.processor ?? USUAL, registry);
  if (wired.kind === 'bypass') return settled(wired, totalMinor, caller, payment?.reference ?? null);
  if (payment?.reference !== undefined) throw refused('reference_not_taken', 'reference', 'A payment gateway gives the reference itself: leave it out.');
  if (totalMinor === 0) throw refused('payment_not_needed', 'processor', 'The total is zero, so there is nothing to pay: leave the payment out.');
  return { kind: 'awaited', processor: wired.name };
}

function processor(name: string, registry: Pick<ProcessorRegistry, 'get'>): WiredProcessor {
  try {
    return registry.get(name);
  } catch (error) {
    throw error instanceof UnknownProcessorError ? refused(error.code, 'processor', error.message) : error;
  }
}

function settled({ name, bypass }: WiredBypass, totalMinor: number, { isStaff }: Caller, reference: string | null): SettledPayment {
  try {
    return { kind: 'settled', processor: name, ...bypass.settle({ totalMinor, isStaff, reference }) };
  } catch (error) {
    if (!(error instanceof BypassRefusedError)) throw error;
    const { code, field, message } = error;
    throw code === 'staff_only_processor' ? new CheckoutForbiddenError(code, `/payment/${field}`, message) : refused(code, field, message);
  }
}

function refused(code: RefusalCode, field: 'processor' | 'reference', detail: string): CheckoutRefusedError {
  return new CheckoutRefusedError([{ code, pointer: `/payment/${field}`, detail }]);
}
