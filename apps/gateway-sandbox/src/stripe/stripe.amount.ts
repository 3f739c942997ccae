import { decimalsOf } from '../world/currency.js';

/** Where Stripe counts otherwise than ISO 4217: https://docs.stripe.com/currencies */
const OTHERWISE: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };
const LEAST: Readonly<Record<string, number>> = { USD: 50, EUR: 50, GBP: 30, JPY: 50, CHF: 50, CAD: 50, AUD: 50 };
const MOST = 99_999_999;

export function stripeDecimals(currency: string): number {
  return OTHERWISE[currency] ?? decimalsOf(currency);
}

/** Stripe's smallest units as minor units by ISO 4217. */
export function fromStripe(amount: number, currency: string): number {
  return Math.round(amount * 10 ** (decimalsOf(currency) - stripeDecimals(currency)));
}

export function toStripe(minor: number, currency: string): number {
  return Math.round(minor * 10 ** (stripeDecimals(currency) - decimalsOf(currency)));
}

/** What Stripe's smallest units must be a multiple of: it takes no thousandths, and no parts of a króna. */
export function stepOf(currency: string): number {
  return stripeDecimals(currency) === 3 ? 10 : 10 ** Math.max(0, stripeDecimals(currency) - decimalsOf(currency));
}

/** Why Stripe takes no payment of so many of its units; null where it does. */
export function unfitAmount(amount: number, currency: string): { readonly code: string; readonly message: string } | null {
  const least = LEAST[currency] ?? 1;
  if (amount < least) return { code: 'amount_too_small', message: `Amount must be at least ${inWords(amount < least ? least : amount, currency)}` };
  if (amount > MOST) return { code: 'amount_too_large', message: `Amount must be no more than ${inWords(MOST, currency)}` };
  const step = stepOf(currency);
  return amount % step === 0 ? null : { code: 'invalid_charge_amount', message: `Invalid amount: ${amount} must be a multiple of ${step} in ${currency.toLowerCase()}` };
}

/** `$20.00 usd`, near enough to Stripe's own words. */
export function inWords(amount: number, currency: string): string {
  const decimals = stripeDecimals(currency);
  const sign = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' }[currency] ?? '';
  return `${sign}${(amount / 10 ** decimals).toFixed(decimals)}${sign === '' ? ` ${currency.toLowerCase()}` : ''}`;
}
