import { z } from 'zod';
import { workflow } from '../purchase-options/purchase-options.schema.js';

/** What an order may have at most. */
export const MOST_SKUS = 100;
const SKU = /^[A-Za-z0-9._-]{1,64}$/;
const CAMPAIGN_KEY = /^utm_[a-z_]{1,30}$/;
const CAMPAIGN_VALUE = /^[^\p{Cc}\p{Cs}]{0,200}$/u;

/** A parameter: a text where it stands once, an array where it stands several times. */
type Query = Readonly<Record<string, string | readonly string[]>>;

/** `sku`, once for each; `next`; and what campaigns are told apart by: `utm_source` and its like. Whatever is wrong with the SKUs is said of the parameter as a whole. */
// Unknown to zod, because what it knows as an object has lost its __proto__: that key is refused like any other.
export const LinksQuery = z.unknown().transform((value, context) => {
  const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  // Fastify made it of the query string.
  const query = value as Query;
  const { sku = [], next } = query;
  const skus = [sku].flat();
  for (const problem of skuProblems(skus)) wrong('sku', problem);
  if (next !== undefined && typeof next !== 'string') wrong('next', 'must be given once');
  const others = Object.entries(query).filter(([key]) => key !== 'sku' && key !== 'next');
  const campaign = others.flatMap(([key, value]): [string, string][] => {
    if (!CAMPAIGN_KEY.test(key)) wrong(key, 'is unknown here: a link takes sku, next and utm_… only');
    else if (typeof value !== 'string' || !CAMPAIGN_VALUE.test(value)) wrong(key, 'must be given once, with at most 200 characters and no control characters');
    else return [[key, value]];
    return [];
  });
  return { skus, next: typeof next === 'string' ? next : undefined, campaign };
});
export type LinksQuery = z.output<typeof LinksQuery>;

function skuProblems(skus: readonly string[]): string[] {
  if (skus.length === 0) return ['must be given: sku=…, once for each SKU'];
  if (skus.length > MOST_SKUS) return [`must be at most ${MOST_SKUS}`];
  return skus.flatMap((sku, index) => {
    if (!SKU.test(sku)) return [`must be SKUs: letters, digits and . _ - only, at most 64; number ${index + 1} is not`];
    return skus.indexOf(sku) < index ? [`stands twice: ${sku}`] : [];
  });
}

export const LinkSchema = z.object({
  url: z.url(),
  workflow,
  items: z.array(z.object({ sku: z.string(), title: z.string(), mode: z.string().nullable(), courseId: z.string().nullable(), priceMinor: z.int(), currency: z.string() })),
});
