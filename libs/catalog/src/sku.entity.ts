import { defineEntity, p } from '@mikro-orm/core';
import { Product } from './product.entity.js';

const SkuSchema = defineEntity({
  name: 'Sku',
  tableName: 'sku',
  properties: {
    sku: p.text().primary(),
    product: () => p.manyToOne(Product),
    priceMinor: p.bigint('number'),
    currency: p.text(),
    availableFrom: p.datetime().nullable(),
    availableUntil: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** An offer of a product: its price, and the time in which it is sold (`availableUntil` is the first instant when it is not). */
export class Sku extends SkuSchema.class {}
SkuSchema.setClass(Sku);
