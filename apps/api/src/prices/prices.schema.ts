import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { sku } from '../text.schema.js';

const MOST_SKUS = 100;

/** The query of `GET /v1/prices`: `sku=A&sku=B`. */
export const PricesQuery = z.strictObject({
  sku: z.preprocess(
    // A parameter that stands once comes as a text.
    (value) => (typeof value === 'string' ? [value] : value),
    z
      .array(sku, 'must name at least one SKU: ?sku=A&sku=B')
      .max(MOST_SKUS, `must be at most ${MOST_SKUS} SKUs`)
      .superRefine((skus, context) => {
        skus.forEach((one, index) => {
          if (skus.indexOf(one) < index) context.addIssue({ code: 'custom', path: [index], message: `stands twice: ${one}` });
        });
      }),
  ),
});
export type PricesQuery = z.infer<typeof PricesQuery>;

const PricedSkuSchema = z.object({
  sku: z.string(),
  title: z.string(),
  priceMinor: z.int(),
  currency: z.string(),
  available: z.boolean().describe('Whether it can be bought now.'),
  reason: z.enum(['not_yet_sold', 'no_longer_sold', 'product_misconfigured']).nullable().describe('Why it cannot: the code with which checkout would refuse it.'),
  availableFrom: instant.nullable(),
  availableUntil: instant.nullable().describe('The first instant at which it is no longer sold.'),
});

export const PriceListSchema = z.object({
  items: z.array(PricedSkuSchema).describe('In the order in which they were asked for.'),
  totalMinor: z.int().nullable().describe('What an order of all of them, each once, would come to. Null while one of them cannot be bought: there is no such order.'),
  currency: z.string(),
});
