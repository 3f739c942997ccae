import { z } from 'zod';
import { sku, text, username } from '../text.schema.js';

const MAX_LINES = 100;
const MAX_QUANTITY = 1_000;

const Item = z.strictObject({
  sku,
  quantity: z.int('must be a whole number').min(1, 'must be at least 1').max(MAX_QUANTITY, `must be at most ${MAX_QUANTITY}`).default(1),
});

/** The body of `POST /v1/checkout`. Unknown fields are refused, so that a mistyped one is not silently without effect. */
export const CheckoutBody = z
  .strictObject({
    items: z
      .array(Item)
      .min(1, 'must name at least one SKU')
      .max(MAX_LINES, `must be at most ${MAX_LINES} lines`)
      .superRefine((items, context) => {
        const seen = new Set<string>();
        items.forEach((item, index) => {
          if (seen.has(item.sku)) context.addIssue({ code: 'custom', path: [index, 'sku'], message: 'stands in the order already: name it once, with a quantity' });
          seen.add(item.sku);
        });
      }),
    learner: z.strictObject({ username, email: z.email('must be an e-mail address').max(254).optional() }).optional(),
    payment: z.strictObject({ processor: text(64), reference: text(200).optional() }).optional(),
    emailOptIn: z.boolean().default(false),
    expectedTotalMinor: z
      .int('must be a whole number')
      .min(0, 'must not be negative')
      .optional()
      .describe('The total that the buyer was shown, in minor units of its currency. When it costs anything else by now, nothing is sold: 409 `price_changed`. Left out, he pays what it costs now.'),
  })
  .meta({ id: 'Checkout' });

export type CheckoutBody = z.infer<typeof CheckoutBody>;
