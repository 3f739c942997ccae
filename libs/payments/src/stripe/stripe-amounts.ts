import { GatewayFailure } from '../contract/gateway-failure.js';
import { minorDigits } from '../gateway-calls/minor-digits.js';

/**
 * How many decimals Stripe means where that is not what ISO 4217 says. An ariary is not divided at Stripe; ISK and UGX were divided once, and are still
 * written with two decimals, which are always 00.
 */
const OTHER_DIGITS: Readonly<Record<string, number>> = { MGA: 0, ISK: 2, UGX: 2 };
/** Three decimals, of which the last must be 0. */
const THREE_DIGITS: ReadonlySet<string> = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);
const CURRENCY = /^[A-Z]{3}$/;

/** @returns the amount as Stripe writes it. @throws {GatewayFailure} `configuration`: Stripe has no way to write it. */
export function toStripe(amountMinor: number, currency: string): number {
  const amount = isSupported(currency) ? scaled(amountMinor, stripeDigits(currency) - minorDigits(currency)) : null;
  if (amount === null || (THREE_DIGITS.has(currency) && amount % 10 !== 0)) {
    throw new GatewayFailure(`Stripe cannot take ${amountMinor} minor units of ${currency}: ${reasonFor(currency)}.`, { kind: 'configuration', passing: false, about: 'sum' });
  }
  return amount;
}

/** @returns minor units by ISO 4217; null where they would be no whole number, or where the currency is none that Stripe has. */
export function fromStripe(amount: number, currency: string): number | null {
  return isSupported(currency) ? scaled(amount, minorDigits(currency) - stripeDigits(currency)) : null;
}

function isSupported(currency: string): boolean {
  return CURRENCY.test(currency) && minorDigits(currency) <= 3 && (minorDigits(currency) < 3 || THREE_DIGITS.has(currency));
}

function stripeDigits(currency: string): number {
  return OTHER_DIGITS[currency] ?? minorDigits(currency);
}

function reasonFor(currency: string): string {
  if (THREE_DIGITS.has(currency)) return 'their last digit must be 0';
  return currency in OTHER_DIGITS ? 'they are no whole number of what it counts in' : 'it has no such currency';
}

/** Moves the decimal point; null where anything is lost. */
function scaled(amount: number, digits: number): number | null {
  const result = digits < 0 ? amount / 10 ** -digits : amount * 10 ** digits;
  return Number.isSafeInteger(amount) && Number.isSafeInteger(result) ? result : null;
}
