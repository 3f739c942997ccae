import { z } from 'zod';
import { longCursor } from '../courses/position-cursor.js';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';

export const SkuQuery = z.strictObject({ ...pageQuery, cursor: longCursor });
export type SkuQuery = z.infer<typeof SkuQuery>;

/** The place of an entry in a history: a bigint of PostgreSQL. */
export const HistoryPosition = z.string().regex(/^[1-9]\d{0,17}$/);

const terms = {
  priceMinor: z.int(),
  currency: z.string(),
  availableFrom: instant.nullable(),
  availableUntil: instant.nullable().describe('The first instant at which it is no longer sold.'),
  withdrawnAt: instant.nullable().describe('Since when it is no longer offered.'),
};

export const SkuDetailSchema = z.object({
  sku: z.string(),
  ...terms,
  androidSku: z.string().nullable(),
  iosSku: z.string().nullable(),
  product: z.object({ id: z.uuid(), productType: z.string(), title: z.string(), partner: z.string(), courseId: z.string().nullable(), mode: z.string().nullable() }),
  history: z.object({
    items: z.array(z.object({ at: instant, actor: z.string().describe('Who changed it.'), ...terms })).describe('What it was from then on, newest first.'),
    nextCursor: z.string().nullable(),
  }),
});
