import { z } from 'zod';
import { instant } from '../instant.schema.js';

/** Fields that whatever is sold has. How high a price may be depends on its currency, which the catalog knows. */
export const priceMinor = z.int('must be a whole number of minor units, such as 4900').min(0, 'must be 0 or more').describe('In minor units of the currency: 4900 is 49 USD.');
export const currency = z.string('must be an ISO 4217 code such as USD').regex(/^[A-Za-z]{3}$/, 'must be an ISO 4217 code such as USD');

const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** An instant of a window or a deadline. Finer than a millisecond is cut off. */
export const moment = instant.refine((value) => {
  const at = Date.parse(value);
  return at >= EARLIEST_MS && at <= LATEST_MS;
}, 'must lie between 1970 and 9999');

/** What was left out stays left out. */
export function dateOf(value: string | null): Date | null;
export function dateOf(value: string | null | undefined): Date | null | undefined;
export function dateOf(value: string | null | undefined): Date | null | undefined {
  return typeof value === 'string' ? new Date(value) : value;
}
