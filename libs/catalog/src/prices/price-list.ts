import { availabilityOf } from '../availability.js';
import { isDetailsRefusal, type ProductDetailsCheck } from '../product-details.check.js';
import { MixedCurrenciesError, TotalTooLargeError } from './price.errors.js';
import type { PriceRow } from './price.statements.js';

/** Why a SKU cannot be bought now, by the codes with which checkout refuses it. */
export type Unavailability = 'not_yet_sold' | 'no_longer_sold' | 'product_misconfigured';

export interface PricedSku {
  readonly sku: string;
  readonly title: string;
  readonly priceMinor: number;
  readonly currency: string;
  /** Null: it can be bought. */
  readonly reason: Unavailability | null;
  readonly availableFrom: Date | null;
  /** The first instant at which it is no longer sold. */
  readonly availableUntil: Date | null;
}

/** What a set of SKUs costs, each of them once. */
export interface PriceList {
  readonly items: readonly PricedSku[];
  /** What an order of all of them would come to; null while one of them cannot be bought, because there can be no such order. */
  readonly totalMinor: number | null;
  readonly currency: string;
  /** When it was read, by PostgreSQL's clock. */
  readonly at: Date;
  /** The next instant at which one of them begins or ceases to be sold: until then only an edit changes the list. Null: none is known. */
  readonly changesAt: Date | null;
}

/**
 * Adds up what was found, one row at least.
 *
 * @throws {MixedCurrenciesError | TotalTooLargeError} where it cannot be added.
 */
export function priceListOf([first, ...others]: readonly [PriceRow, ...PriceRow[]], check: ProductDetailsCheck): PriceList {
  const rows = [first, ...others];
  const currencies = new Set(rows.map(({ currency }) => currency));
  if (currencies.size > 1) throw new MixedCurrenciesError([...currencies]);
  const items = rows.map((row) => priced(row, check));
  const totalMinor = items.reduce((total, { priceMinor }) => total + priceMinor, 0);
  if (!Number.isSafeInteger(totalMinor)) throw new TotalTooLargeError();
  return { items, currency: first.currency, totalMinor: items.some(({ reason }) => reason !== null) ? null : totalMinor, at: first.at, changesAt: nextChangeOf(items) };
}

function priced(row: PriceRow, check: ProductDetailsCheck): PricedSku {
  const { sku, title, price_minor: priceMinor, currency, available_from: availableFrom, available_until: availableUntil } = row;
  return { sku, title, priceMinor: Number(priceMinor), currency, reason: reasonAgainst(row, check), availableFrom, availableUntil };
}

function reasonAgainst(row: PriceRow, check: ProductDetailsCheck): Unavailability | null {
  const availability = availabilityOf(row);
  if (availability !== 'available') return availability;
  return canBeDelivered(row.product_type, row.details, check) ? null : 'product_misconfigured';
}

function canBeDelivered(productType: string, details: unknown, check: ProductDetailsCheck): boolean {
  if (!check.knows(productType)) return false;
  try {
    check.parseDetails(productType, details);
    return true;
  } catch (error) {
    if (isDetailsRefusal(error)) return false;
    throw error;
  }
}

function nextChangeOf(items: readonly PricedSku[]): Date | null {
  const instants = items.flatMap(({ reason, availableFrom, availableUntil }) => {
    if (reason === 'no_longer_sold') return [];
    return (reason === 'not_yet_sold' ? availableFrom : availableUntil) ?? [];
  });
  return instants.sort((one, other) => one.getTime() - other.getTime())[0] ?? null;
}
