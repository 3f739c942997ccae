import { randomUUIDv7 } from 'node:crypto';
import type { NewLine, NewOrder } from '#orders';
import type { Basket } from './basket.js';
import type { Caller } from './checkout.request.js';

/** What every order is written from, however it is paid for. */
export interface PricedOrder extends Omit<NewOrder, 'payment' | 'requestedBy' | 'lines'> {
  readonly lines: readonly Omit<NewLine, 'claimId' | 'refusal'>[];
}

/** What a priced basket becomes an order by. */
export interface OrderTerms extends Pick<NewOrder, 'learner' | 'emailOptIn' | 'idempotency'> {
  readonly caller: Caller;
  readonly basket: Basket;
}

export function pricedOrder({ learner, caller, basket, emailOptIn, idempotency }: OrderTerms): PricedOrder {
  const { currency, totalMinor } = basket;
  return { id: randomUUIDv7(), currency, totalMinor, learner, placedBy: caller.username, emailOptIn, idempotency, lines: pricedLines(basket, caller) };
}

function pricedLines({ lines }: Basket, { isStaff }: Caller): PricedOrder['lines'] {
  return lines.map(({ quote, quantity, repeatable }) => ({
    id: randomUUIDv7(),
    sku: quote.sku,
    productId: quote.productId,
    productType: quote.productType,
    title: quote.title,
    details: quote.details,
    quantity,
    unitPriceMinor: quote.unitPriceMinor,
    soldOnce: !repeatable && !isStaff,
  }));
}
