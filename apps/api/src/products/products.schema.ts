import { z } from 'zod';
import { currency, moment, priceMinor } from '../courses/money.schema.js';
import { productType } from '../failures/failures.schema.js';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { PartnerCode } from '../partners/partners.schema.js';
import { sku, text } from '../text.schema.js';
import { details } from './details.schema.js';

const MOST_SKUS = 100;

export const ProductId = z.uuid('must be the id of a product, a UUID').toLowerCase();

const SkuBody = z.strictObject({
  sku: sku.optional().describe('One that the product has, or a new one. Left out: a new offer, whose SKU is made up.'),
  priceMinor,
  currency,
  availableFrom: moment.nullable().default(null),
  availableUntil: moment.nullable().default(null).describe('The first instant at which it is no longer sold.'),
});

/** The body of `PUT /v1/products/{id}`: the whole product. */
export const ProductBody = z
  .strictObject({
    productType: productType.describe('Stays as it is.'),
    title: text(255),
    partner: PartnerCode.optional().describe('`default` where it is left out of a new product. Stays as it is.'),
    details,
    skus: z.array(SkuBody).min(1, 'must name at least one offer: DELETE withdraws them all').max(MOST_SKUS, `must be at most ${MOST_SKUS} offers`),
  })
  .meta({ id: 'ProductChange' });
export type ProductBody = z.infer<typeof ProductBody>;

/** All that are given must hold. */
export const ProductQuery = z.strictObject({ type: productType.optional(), partner: PartnerCode.optional(), ...pageQuery });
export type ProductQuery = z.infer<typeof ProductQuery>;

const OfferSchema = z.object({ sku: z.string(), priceMinor: z.int(), currency: z.string(), availableFrom: instant.nullable(), availableUntil: instant.nullable() });

export const ProductSchema = z.object({
  id: z.uuid(),
  productType: z.string(),
  title: z.string(),
  partner: z.string(),
  details: z.unknown(),
  courseId: z.string().nullable().describe('Where it is edited: with this course. Null: here.'),
  mode: z.string().nullable(),
  version: z.int().describe('Its ETag.'),
  updatedAt: instant,
  skus: z.array(OfferSchema).describe('What is offered, oldest first.'),
  withdrawnSkus: z.array(z.string()).describe('What is no longer offered. Naming one in a change offers it again.'),
});

export const ProductPageSchema = z.object({ items: z.array(ProductSchema), nextCursor: z.string().nullable() });
