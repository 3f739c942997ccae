import type { CatalogProblem } from '../catalog.errors.js';
import { minorDigits, readCurrency } from '../currency.js';
import { HIGHEST_MAJOR } from '../price.js';
import { isDetailsRefusal, type ProductDetailsCheck } from '../product-details.check.js';
import { isSku } from '../sku.js';
import type { ProductDraft, SkuDraft } from './product.js';

/** What is wrong with a product by itself, whatever the catalog holds: its type, its details as the fulfiller reads them, its prices and windows. */
export function productProblems({ productType, details, skus }: ProductDraft, check: ProductDetailsCheck): CatalogProblem[] {
  return [...detailProblems(productType, details, check), ...skus.flatMap((sku, index) => skuProblems(sku, `/skus/${index}`)), ...repeated(skus)];
}

function detailProblems(productType: string, details: unknown, check: ProductDetailsCheck): CatalogProblem[] {
  if (!check.knows(productType)) return [{ pointer: '/productType', detail: 'is no type that is delivered here: add it to the product types' }];
  try {
    check.parseDetails(productType, details);
    return [];
  } catch (error) {
    if (!isDetailsRefusal(error)) throw error;
    if (error.problems.length === 0) return [{ pointer: '/details', detail: error.message }];
    return error.problems.map(({ pointer, message }) => ({ pointer: `/details${pointer}`, detail: message }));
  }
}

function skuProblems({ sku, priceMinor, currency, availableFrom, availableUntil }: SkuDraft, at: string): CatalogProblem[] {
  const isBackwards = availableFrom !== null && availableUntil !== null && availableUntil <= availableFrom;
  return [
    ...(sku !== undefined && !isSku(sku) ? [{ pointer: `${at}/sku`, detail: 'must be 1 to 64 letters, digits, points, underscores and hyphens' }] : []),
    ...priceProblems(priceMinor, currency, at),
    ...(isBackwards ? [{ pointer: `${at}/availableUntil`, detail: 'must be after availableFrom' }] : []),
  ];
}

function priceProblems(priceMinor: number, currency: string, at: string): CatalogProblem[] {
  const known = readCurrency(currency);
  if (!known.ok) return [{ pointer: `${at}/currency`, detail: known.problem }];
  const pointer = `${at}/priceMinor`;
  if (!Number.isSafeInteger(priceMinor) || priceMinor < 0) return [{ pointer, detail: 'must be a whole number of minor units, 0 or more' }];
  return priceMinor > HIGHEST_MAJOR * 10 ** minorDigits(known.value) ? [{ pointer, detail: `must be at most ${HIGHEST_MAJOR} ${known.value}` }] : [];
}

function repeated(skus: readonly SkuDraft[]): CatalogProblem[] {
  return skus.flatMap(({ sku }, index) => (sku !== undefined && skus.findIndex((other) => other.sku === sku) < index ? [{ pointer: `/skus/${index}/sku`, detail: `stands twice: ${sku}` }] : []));
}
