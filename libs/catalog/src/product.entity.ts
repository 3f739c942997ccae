import { defineEntity, p } from '@mikro-orm/core';

const ProductSchema = defineEntity({
  name: 'Product',
  tableName: 'product',
  properties: {
    id: p.uuid().primary(),
    productType: p.text(),
    title: p.text(),
    details: p.json<unknown>(),
    courseId: p.text().nullable(),
    mode: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** What is delivered: the same for every SKU that sells it. `courseId` and `mode` name a seat, and are null otherwise. */
export class Product extends ProductSchema.class {}
ProductSchema.setClass(Product);
