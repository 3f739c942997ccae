import { decimalsOf } from '../world/currency.js';
import { fieldsAt, textAt } from '../wire/fields.js';
import { invalidRequest, unprocessable } from './paypal.error.js';

const CURRENCIES = ['AUD', 'BRL', 'CAD', 'CNY', 'CZK', 'DKK', 'EUR', 'HKD', 'HUF', 'ILS', 'JPY', 'MYR', 'MXN', 'TWD', 'NZD', 'NOK', 'PHP', 'PLN', 'GBP', 'SGD', 'SEK', 'CHF', 'THB', 'USD'];
const WITHOUT_DECIMALS = ['HUF', 'JPY', 'TWD'];
const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;

export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** Minor units by ISO 4217 as PayPal writes them: `{"currency_code":"USD","value":"49.00"}`, and no decimals for HUF, JPY and TWD. */
export function paypalMoney(minor: number, currency: string): { readonly currency_code: string; readonly value: string } {
  const decimals = paypalDecimals(currency);
  return { currency_code: currency, value: (minor / 10 ** decimalsOf(currency)).toFixed(decimals) };
}

/** @throws {PaypalError} when it is no amount that PayPal takes. @param at where it stands, for the error: `/purchase_units/0/amount`. */
export function readMoney(holder: unknown, at: string): Money {
  const amount = fieldsAt(holder, 'amount');
  const currency = textAt(amount, 'currency_code');
  const value = textAt(amount, 'value');
  if (currency === null) throw invalidRequest('MISSING_REQUIRED_PARAMETER', `${at}/currency_code`);
  if (value === null) throw invalidRequest('MISSING_REQUIRED_PARAMETER', `${at}/value`);
  if (!/^[A-Z]{3}$/.test(currency)) throw invalidRequest('INVALID_PARAMETER_SYNTAX', `${at}/currency_code`, currency);
  if (!DECIMAL.test(value)) throw invalidRequest('INVALID_PARAMETER_SYNTAX', `${at}/value`, value);
  if (!CURRENCIES.includes(currency)) throw unprocessable('CURRENCY_NOT_SUPPORTED', { field: `${at}/currency_code`, value: currency });
  return { amountMinor: minorOf(value, currency, `${at}/value`), currency };
}

function minorOf(value: string, currency: string, field: string): number {
  const [whole = '0', parts = ''] = value.split('.');
  if (parts !== '' && paypalDecimals(currency) === 0) throw unprocessable('DECIMALS_NOT_SUPPORTED', { field, value });
  if (parts.length > paypalDecimals(currency)) throw unprocessable('DECIMAL_PRECISION', { field, value });
  const minor = Number(`${whole}${parts.padEnd(decimalsOf(currency), '0')}`);
  if (minor <= 0) throw unprocessable('CANNOT_BE_ZERO_OR_NEGATIVE', { field, value });
  return minor;
}

function paypalDecimals(currency: string): number {
  return WITHOUT_DECIMALS.includes(currency) ? 0 : decimalsOf(currency);
}
