import { GatewayFailure } from '../contract/gateway-failure.js';
import { minorDigits } from '../gateway-calls/minor-digits.js';

/** PayPal takes no decimals of them, although two of them have some by ISO 4217. */
const WHOLE: ReadonlySet<string> = new Set(['HUF', 'JPY', 'TWD']);
const CURRENCY = /^[A-Z]{3}$/;
const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/;

/** @returns the amount as PayPal writes it, such as `49.00`. @throws {GatewayFailure} `configuration`: PayPal has no way to write it. */
export function toPayPal(amountMinor: number, currency: string): string {
  const perMajor = 10 ** minorDigits(currency);
  const decimals = amountMinor % perMajor;
  const isWritable = Number.isSafeInteger(amountMinor) && amountMinor >= 0 && isSupported(currency) && (decimals === 0 || !WHOLE.has(currency));
  if (!isWritable) throw new GatewayFailure(`PayPal cannot take ${amountMinor} minor units of ${currency}: ${reasonFor(currency)}.`, { kind: 'configuration', passing: false, about: 'sum' });
  const major = (amountMinor - decimals) / perMajor;
  return WHOLE.has(currency) ? String(major) : `${major}.${String(decimals).padStart(2, '0')}`;
}

/** @returns minor units by ISO 4217, below 0 where PayPal writes a minus; null where they would be no whole number. */
export function fromPayPal(value: string, currency: string): number | null {
  const [, minus, major, decimals = ''] = DECIMAL.exec(value) ?? [];
  const digits = minorDigits(currency);
  if (major === undefined || !CURRENCY.test(currency) || Number(decimals.slice(digits)) !== 0) return null;
  const minor = Number(major) * 10 ** digits + Number(decimals.slice(0, digits).padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor)) return null;
  return minus === '-' ? 0 - minor : minor;
}

/** A currency whose decimals PayPal writes otherwise than in hundredths, JPY apart, is none that it has. */
function isSupported(currency: string): boolean {
  return CURRENCY.test(currency) && (minorDigits(currency) === 2 || WHOLE.has(currency));
}

function reasonFor(currency: string): string {
  return WHOLE.has(currency) ? 'it takes no decimals of them' : isSupported(currency) ? 'that is no amount' : 'it has no such currency';
}
