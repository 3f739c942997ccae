import { minorDigits } from '../../libs/catalog/src/currency.js';
import { minorDigits as digitsAtGateways } from '../../libs/payments/src/gateway-calls/minor-digits.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const codes = LETTERS.flatMap((first) => LETTERS.flatMap((second) => LETTERS.map((third) => first + second + third)));

it('prices and gateways agree on how many decimals an amount has, by every code that a currency may have', () => {
  expect(new Set(codes.map(minorDigits))).toEqual(new Set([0, 2, 3, 4]));
  expect(codes.filter((code) => digitsAtGateways(code) !== minorDigits(code))).toEqual([]);
});
