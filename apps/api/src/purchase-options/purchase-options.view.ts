import { decimalPrice, modeName, parameter, withParameters, type CourseOffer, type ModeOffer } from '#catalog';
import type { LinkConfig } from '#config';
import { landingAddress } from '../links/link.options.js';
import type { SaleJudge } from '../links/sale.judge.js';

/** How a course can be bought, as marketing sites read it. Where the old workflow sells it, that one decides whether it can be: `canBuy` is true then. */
export function purchaseOptionsView(course: CourseOffer, links: LinkConfig, judge: SaleJudge) {
  const { courseId, name, partner, workflow, modes } = course;
  const buysAt = workflow === 'legacy' && links.legacyCheckoutUrl !== null ? links.legacyCheckoutUrl : landingAddress(links);
  const receiptUrlPattern = workflow === 'commerce' ? links.receiptPageUrl : null;
  return { courseId, name, partner, workflow, receiptUrlPattern, modes: modes.map((mode) => modeView(mode, course, buysAt, judge)) };
}

function modeView({ bulk, ...offer }: ModeOffer, { workflow }: CourseOffer, buysAt: string, judge: SaleJudge) {
  const { mode, sku, priceMinor, currency, availableUntil, availableFrom } = offer;
  const reason = judge.reasonAgainst(offer, workflow);
  return {
    mode,
    name: modeName(mode),
    sku,
    bulkSku: bulk?.sku ?? null,
    priceMinor,
    currency,
    price: decimalPrice(priceMinor, currency),
    expires: availableUntil?.toISOString() ?? null,
    availableFrom: availableFrom?.toISOString() ?? null,
    canBuy: reason === null,
    reason,
    purchaseUrl: withParameters(buysAt, [parameter('sku', sku)]),
    bulkPurchaseUrl: bulk && judge.reasonAgainst(bulk, workflow) === null ? withParameters(buysAt, [parameter('sku', bulk.sku)]) : null,
  };
}
