import type { SkuChange, SkuRecord } from '#catalog';

export function skuView({ sku, androidSku, iosSku, product, ...offer }: SkuRecord) {
  return { sku, ...termsView(offer), androidSku, iosSku, product };
}

export function skuChangeView({ at, actor, ...offer }: SkuChange) {
  return { at: at.toISOString(), actor, ...termsView(offer) };
}

function termsView({ priceMinor, currency, availableFrom, availableUntil, withdrawnAt }: Omit<SkuChange, 'at' | 'actor'>) {
  return {
    priceMinor,
    currency,
    availableFrom: availableFrom?.toISOString() ?? null,
    availableUntil: availableUntil?.toISOString() ?? null,
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
  };
}
