import { readAs, refuse, type Reading } from './reading.js';

/**
 * Currencies whose minor unit is not a hundredth, by ISO 4217. `Intl` is not asked for this: it answers how amounts are
 * usually shown (HUF and COP without decimals), and may answer otherwise with the next Node, which would change the worth
 * of every stored price.
 */
const UNUSUAL_MINOR_DIGITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, currencies]) => currencies.split(' ').map((currency) => [currency, Number(digits)] as const)),
);

const USUAL_MINOR_DIGITS = 2;
const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** The most decimals that any currency has. */
export const MOST_MINOR_DIGITS = 4;

/** Reads an ISO 4217 code, in either case, into upper case. */
export function readCurrency(text: string): Reading<string> {
  const code = text.toUpperCase();
  if (CURRENCIES.has(code)) return readAs(code);
  return refuse('is no ISO 4217 currency code such as USD');
}

/** How many decimals an amount in this currency has. */
export function minorDigits(currency: string): number {
  return UNUSUAL_MINOR_DIGITS.get(currency) ?? USUAL_MINOR_DIGITS;
}
