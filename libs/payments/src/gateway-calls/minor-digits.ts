/** Currencies whose minor unit is not a hundredth, by ISO 4217. `Intl` is not asked: it answers how amounts are usually shown, and that may change with Node. */
const UNUSUAL: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const USUAL_DIGITS = 2;
const DIGITS: ReadonlyMap<string, number> = new Map(Object.entries(UNUSUAL).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)] as const)));

/** How many decimals an amount in this currency (ISO 4217, upper case) has. */
export function minorDigits(currency: string): number {
  return DIGITS.get(currency) ?? USUAL_DIGITS;
}
