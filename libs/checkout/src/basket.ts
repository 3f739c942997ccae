import { decimalPrice, type Quote } from '#catalog';
import type { FulfillerRegistry } from '#fulfillment';
import { CheckoutRefusedError, type Refusal } from './checkout.errors.js';
import type { CheckoutRequest } from './checkout.request.js';

/** A quoted item that may be sold. Money in minor units of the basket's currency. */
export interface BasketLine {
  readonly quote: Quote;
  readonly quantity: number;
  readonly repeatable: boolean;
}

export interface Basket {
  readonly lines: readonly BasketLine[];
  readonly currency: string;
  readonly totalMinor: number;
}

const NOT_AVAILABLE = { not_yet_sold: 'is not sold yet', no_longer_sold: 'is no longer sold' } as const;

/**
 * Prices what is asked for, and checks all of it before money moves: known, on sale, once, in a quantity that its type
 * allows, in one currency, and with details that its fulfiller can deliver; then, that it costs what the buyer was shown.
 *
 * @throws {CheckoutRefusedError} naming everything that is wrong.
 */
export function priceBasket({ items, expectedTotalMinor }: CheckoutRequest, quotes: ReadonlyMap<string, Quote>, registry: FulfillerRegistry): Basket {
  const lines: BasketLine[] = [];
  const refusals: Refusal[] = [];
  const products = new Set<string>();
  items.forEach(({ sku, quantity }, index) => {
    const at = `/items/${index}`;
    const quote = quotes.get(sku);
    if (!quote) return void refusals.push({ code: 'unknown_sku', pointer: `${at}/sku`, detail: `There is no SKU "${sku}".` });
    if (products.has(quote.productId)) return void refusals.push({ code: 'duplicate_product', pointer: `${at}/sku`, detail: `SKU "${sku}" sells a product that the order already has: name it once, with a quantity.` });
    products.add(quote.productId);
    refusals.push(...problems(quote, quantity, at, registry));
    lines.push({ quote, quantity, repeatable: registry.knows(quote.productType) && registry.get(quote.productType).repeatable });
  });
  return atExpectedTotal(basket(lines, refusals), expectedTotalMinor);
}

/** A total stands only when nothing else is refused, so this comes last. */
function atExpectedTotal(priced: Basket, expectedTotalMinor: number | undefined): Basket {
  const { totalMinor, currency } = priced;
  if (expectedTotalMinor === undefined || expectedTotalMinor === totalMinor) return priced;
  const detail = `The price has changed: it costs ${decimalPrice(totalMinor, currency)} ${currency} now (${totalMinor} in minor units). Nothing was sold.`;
  throw new CheckoutRefusedError([{ code: 'price_changed', pointer: '/expectedTotalMinor', detail }]);
}

function basket(lines: readonly BasketLine[], refusals: readonly Refusal[]): Basket {
  const all = [...refusals, ...currencyProblems(lines)];
  const totalMinor = lines.reduce((total, { quote, quantity }) => total + quote.unitPriceMinor * quantity, 0);
  if (!Number.isSafeInteger(totalMinor)) all.push({ code: 'total_too_large', pointer: '/items', detail: 'The total is too large to be exact.' });
  const [first, ...others] = all;
  if (first) throw new CheckoutRefusedError([first, ...others]);
  return { lines, totalMinor, currency: lines[0]?.quote.currency ?? '' };
}

function problems({ sku, productType, availability, details }: Quote, quantity: number, at: string, registry: FulfillerRegistry): Refusal[] {
  const found: Refusal[] = [];
  if (availability !== 'available') found.push({ code: availability, pointer: `${at}/sku`, detail: `SKU "${sku}" ${NOT_AVAILABLE[availability]}.` });
  const misconfiguration = registry.misconfiguration(productType, details);
  if (misconfiguration !== null) {
    found.push({ code: 'product_misconfigured', pointer: `${at}/sku`, detail: `SKU "${sku}" cannot be delivered until its product is repaired. ${misconfiguration}` });
  }
  const maxQuantity = registry.knows(productType) ? registry.get(productType).maxQuantity : quantity;
  if (quantity > maxQuantity) found.push({ code: 'quantity_not_allowed', pointer: `${at}/quantity`, detail: `At most ${maxQuantity} of SKU "${sku}" can be bought in one order.` });
  return found;
}

function currencyProblems(lines: readonly BasketLine[]): Refusal[] {
  const currencies = [...new Set(lines.map(({ quote }) => quote.currency))];
  return currencies.length > 1 ? [{ code: 'mixed_currencies', pointer: '/items', detail: `One order has one currency; these items have ${currencies.join(' and ')}.` }] : [];
}
