import { PaymentProcessorsError } from '#config';
import { PaymentLeaseTooShortError, type InstalledProcessor } from '#payments';
import { WiringError } from '#plugins';
import { fail, ok, type Finding } from './check.js';

/** Whether orders can be paid as the map of payment processors says. */
export async function paymentProcessorsCheck(wire: () => Promise<readonly InstalledProcessor[]>): Promise<Finding> {
  try {
    const names = (await wire()).map(({ name }) => name);
    return ok(`${names.length === 1 ? '1 payment processor is' : `${names.length} payment processors are`} wired: ${names.join(', ')}.`);
  } catch (error) {
    if (error instanceof PaymentProcessorsError || error instanceof WiringError) return fail(error.message, 'Change the map of payment processors as the sentence says: API and workers do not start like this.');
    if (error instanceof PaymentLeaseTooShortError) return fail(error.message, 'API and workers do not start like this.');
    throw error;
  }
}
