import { z } from 'zod';
import { instant } from '../instant.schema.js';

const ModeSchema = z.object({
  mode: z.string(),
  name: z.string(),
  sku: z.string(),
  bulkSku: z.string().nullable(),
  priceMinor: z.int(),
  currency: z.string(),
  price: z.string(),
  expires: instant.nullable(),
  availableFrom: instant.nullable(),
  canBuy: z.boolean(),
  reason: z.enum(['not_yet_sold', 'no_longer_sold', 'product_misconfigured']).nullable(),
  purchaseUrl: z.url(),
  bulkPurchaseUrl: z.url().nullable(),
});

export const workflow = z.enum(['commerce', 'legacy']);

export const PurchaseOptionsSchema = z.object({
  courseId: z.string(),
  name: z.string(),
  partner: z.string(),
  workflow,
  receiptUrlPattern: z.string().nullable(),
  modes: z.array(ModeSchema),
});
