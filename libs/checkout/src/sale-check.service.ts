import { Injectable } from '@nestjs/common';
import { CatalogService, decimalPrice, type Quote } from '#catalog';
import type { LineSnapshot, OrderSnapshot } from '#orders';
import { OrderExpiry } from '#payments';
import { fromGateway } from './from-gateway.js';
import { OrderOutdatedError, PaymentUnderWayError } from './payment.errors.js';

/** Looks again at what a buyer is about to pay for: what was ordered an hour ago may cost something else, or not be sold any more. */
@Injectable()
export class SaleCheck {
  constructor(
    private readonly catalog: CatalogService,
    private readonly expiry: OrderExpiry,
  ) {}

  /**
   * @returns false when the order is outdated and was paid for all the same, just now.
   * @throws {OrderOutdatedError} the order is called off.
   * @throws {PaymentUnderWayError} it is outdated, and its gateway is at work on the payment: it goes on waiting.
   * @throws {GatewayUnavailableError} it is outdated, and its payment could not be called off: it goes on waiting.
   */
  async isStillSold(order: OrderSnapshot, actor: string): Promise<boolean> {
    const quotes = await this.catalog.quote(order.lines.map(({ sku }) => sku));
    const change = order.lines.map((line) => changeOf(line, order.currency, quotes.get(line.sku))).find((found) => found !== null);
    if (!change) return true;
    const calledOff = await fromGateway(this.expiry.callOff(order.id, { actor, reason: change.fact }));
    if (calledOff === 'under_way') throw new PaymentUnderWayError(order.number);
    if (calledOff === 'ended') throw new OrderOutdatedError(change.code, order.number, change.fact);
    return false;
  }
}

function changeOf({ sku, unitPriceMinor }: LineSnapshot, orderCurrency: string, quote: Quote | undefined): { readonly code: OrderOutdatedError['code']; readonly fact: string } | null {
  if (quote?.availability !== 'available') return { code: 'no_longer_sold', fact: `SKU "${sku}" is not sold any more.` };
  const { unitPriceMinor: price, currency } = quote;
  if (price === unitPriceMinor && currency === orderCurrency) return null;
  return { code: 'price_changed', fact: `SKU "${sku}" costs ${decimalPrice(price, currency)} ${currency} now.` };
}
