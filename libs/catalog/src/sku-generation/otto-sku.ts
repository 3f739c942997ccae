import { createHash } from 'node:crypto';

/** What Otto made a SKU from, by product class. Ids are those of its own tables. */
export type OttoProduct =
  | {
      readonly productClass: 'seat';
      /** Null of an audit seat. */
      readonly certificateType: string | null;
      readonly courseKey: string;
      readonly idVerificationRequired: boolean;
      readonly creditProvider: string | null;
      readonly productId: number;
      readonly partnerId: number;
    }
  | { readonly productClass: 'enrollment_code'; readonly courseKey: string; readonly seatType: string; readonly partnerId: number }
  | { readonly productClass: 'course_entitlement'; readonly certificateType: string; readonly courseUuid: string; readonly partnerId: number }
  | { readonly productClass: 'coupon'; readonly productId: number; readonly partnerId: number };

const DIGITS = 7;

/**
 * The SKU that openedx/ecommerce gave to a product, for catalogs that come from there. The SKU of a seat or a coupon depends on
 * the product's id in Otto's database: it can be proven right or wrong, and never made again by somebody who lacks that id, so an import keeps
 * the SKUs that it finds. 28 bits are too few for new products: those get `newSku()`.
 */
export function ottoSku(product: OttoProduct): string {
  const text = fieldsOf(product).join(' ').replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return createHash('md5').update(text, 'utf8').digest('hex').slice(-DIGITS).toUpperCase();
}

/** An empty field still takes its place. */
function fieldsOf(product: OttoProduct): readonly (string | number)[] {
  switch (product.productClass) {
    case 'seat':
      return [product.certificateType ?? '', product.courseKey, product.idVerificationRequired ? 'True' : 'False', product.creditProvider ?? '', product.productId, product.partnerId];
    case 'enrollment_code':
      return [product.courseKey, product.seatType, product.partnerId];
    case 'course_entitlement':
      return [product.certificateType, product.courseUuid, product.partnerId];
    case 'coupon':
      return [product.productId, product.partnerId];
  }
}
