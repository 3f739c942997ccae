import { MOST_MINOR_DIGITS, minorDigits } from './currency.js';
import { readAs, refuse, type Reading } from './reading.js';

const DECIMAL = /^([0-9]+)(?:\.([0-9]+))?$/;
/** The highest price, in major units of any currency. */
export const HIGHEST_MAJOR = 1_000_000_000;

/**
 * Reads a price in major units (`49.00`) into minor units, exactly: nothing is rounded, and no floating point takes part.
 *
 * @param currency an ISO 4217 code, or `null` when it is not known; the value is then good for nothing but finding mistakes.
 */
export function readPriceMinor(text: string, currency: string | null): Reading<number> {
  const [, major, decimals = ''] = DECIMAL.exec(text) ?? [];
  if (major === undefined) return refuse('is no price in major units such as 49.00: digits, and a point before the decimals');
  const digits = currency === null ? MOST_MINOR_DIGITS : minorDigits(currency);
  if (decimals.length > digits) return refuse(`has too many decimals: ${currency ?? 'a currency'} has ${digits === 0 ? 'none' : `at most ${digits}`}`);
  const minorPerMajor = 10 ** digits;
  // Both parts are safe integers here: at most 10⁹ × 10⁴.
  const minor = major.length > 15 ? Infinity : Number(major) * minorPerMajor + Number(decimals.padEnd(digits, '0'));
  if (minor > HIGHEST_MAJOR * minorPerMajor) return refuse('is more than 1000000000');
  return readAs(minor);
}
