import { z } from 'zod';

const amount = z.union([z.string(), z.number()]).nullish();

const Product = z.object({
  id: z.int().nullish(),
  structure: z.string().nullish(),
  product_class: z.string().nullish(),
  expires: z.string().nullish(),
  price: amount,
  stockrecords: z.array(z.object({ partner_sku: z.string().nullish(), price_currency: z.string().nullish(), price_excl_tax: amount, price: amount })).nullish(),
  attribute_values: z.array(z.object({ name: z.string().nullish(), code: z.string().nullish(), value: z.unknown() })).nullish(),
});

/** A course as openedx/ecommerce ("Otto") shows it with its products. Fields that releases of it lack may be missing. */
export const OttoCourse = z.object({
  id: z.string(),
  name: z.string().nullish(),
  verification_deadline: z.string().nullish(),
  has_active_bulk_enrollment_code: z.boolean().nullish(),
  products: z.array(Product),
});

export type OttoCourse = z.infer<typeof OttoCourse>;
export type OttoProduct = z.infer<typeof Product>;

export const OttoPage = z.object({ count: z.int(), next: z.string().nullable(), results: z.array(z.unknown()) });

/** A page of courses, each of which is read by itself. */
export type OttoPage = z.infer<typeof OttoPage>;

export const SEAT_CLASS = 'Seat';
export const CODE_CLASS = 'Enrollment Code';
const PARENT = 'parent';

/** The product itself, and not the parent under which products of a course hang together. */
export function isSold({ structure }: OttoProduct): boolean {
  return structure !== PARENT;
}

/** An attribute's text; empty when it is not there. */
export function textOf(product: OttoProduct, attribute: string): string {
  const value = valueOf(product, attribute);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Releases of Otto tell truth as a boolean or as Python's word for it. */
export function isTrue(product: OttoProduct, attribute: string): boolean {
  const value = valueOf(product, attribute);
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

export function skuOf({ stockrecords }: OttoProduct): string {
  return stockrecords?.[0]?.partner_sku ?? '';
}

/** In major units, as text; empty when it is not there. */
export function priceOf({ price, stockrecords }: OttoProduct): string {
  const record = stockrecords?.[0];
  return String(record?.price_excl_tax ?? record?.price ?? price ?? '');
}

export function currencyOf({ stockrecords }: OttoProduct): string {
  return stockrecords?.[0]?.price_currency ?? '';
}

function valueOf({ attribute_values: attributes }: OttoProduct, wanted: string): unknown {
  return attributes?.find(({ code, name }) => (code ?? name) === wanted)?.value;
}
