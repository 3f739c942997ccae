import { minorDigits } from '../currency.js';

/** An amount in major units with the decimals of its currency, for templates: `49.00`. */
export function decimalPrice(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(minor);
  const text = String(minor).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
