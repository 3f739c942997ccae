import type { CatalogProblem } from '../catalog.errors.js';
import { minorDigits, readCurrency } from '../currency.js';
import { HIGHEST_MAJOR } from '../price.js';
import { isSku } from '../sku.js';
import type { ModeDraft } from './course.js';
import { isSoldAsSeat } from './unsold-modes.js';

/** What a mode would be, as far as its price and its dates are concerned. */
export interface ModeTerms {
  readonly availableFrom: Date | null;
  readonly expires: Date | null;
}

/** What is wrong with the price, the dates and the codes of a mode by themselves. `at` is the mode's JSON pointer. */
export function modeProblems(draft: ModeDraft, { availableFrom, expires }: ModeTerms, at: string): CatalogProblem[] {
  return [
    ...(isSoldAsSeat(draft.mode) ? [] : [{ pointer: `${at}/mode`, detail: 'is not sold as a seat: the LMS and its other systems keep this mode' }]),
    ...priceProblems(draft, at),
    ...(isProfessional(draft.mode) && expires ? [{ pointer: `${at}/expires`, detail: 'must be null: the LMS allows professional modes no upgrade deadline' }] : []),
    ...(availableFrom && expires && expires <= availableFrom ? [{ pointer: `${at}/expires`, detail: 'must be after availableFrom' }] : []),
    ...skuProblems(draft, at),
  ];
}

/** The LMS keeps whole units only; a price that it would cut is refused before anybody sees it. */
function priceProblems({ priceMinor, currency }: ModeDraft, at: string): CatalogProblem[] {
  const known = readCurrency(currency);
  if (!known.ok) return [{ pointer: `${at}/currency`, detail: known.problem }];
  const minorPerMajor = 10 ** minorDigits(known.value);
  const pointer = `${at}/priceMinor`;
  if (!Number.isSafeInteger(priceMinor) || priceMinor < 0) return [{ pointer, detail: 'must be a whole number of minor units, 0 or more' }];
  if (priceMinor > HIGHEST_MAJOR * minorPerMajor) return [{ pointer, detail: `must be at most ${HIGHEST_MAJOR} ${known.value}` }];
  return priceMinor % minorPerMajor === 0 ? [] : [{ pointer, detail: `must be in whole units of ${known.value}: the LMS knows no smaller ones` }];
}

function skuProblems({ sku, bulk, bulkSku, androidSku, iosSku }: ModeDraft, at: string): CatalogProblem[] {
  const given = Object.entries({ sku, bulkSku, androidSku, iosSku }).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const wrong = given.filter(([, text]) => !isSku(text));
  const repeated = given.filter(([, text], index) => given.findIndex(([, other]) => other === text) < index);
  return [
    ...repeated.map(([field]) => ({ pointer: `${at}/${field}`, detail: 'stands twice' })),
    ...wrong.map(([field]) => ({ pointer: `${at}/${field}`, detail: 'must be 1 to 64 letters, digits, points, underscores and hyphens' })),
    ...(bulk === false && bulkSku !== undefined ? [{ pointer: `${at}/bulkSku`, detail: 'stands beside "bulk": false' }] : []),
  ];
}

function isProfessional(mode: string): boolean {
  return mode.includes('professional');
}
