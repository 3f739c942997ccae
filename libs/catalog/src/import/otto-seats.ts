import { ottoSku } from '../sku-generation/otto-sku.js';
import { CODE_CLASS, SEAT_CLASS, isSold, isTrue, skuOf, textOf, type OttoCourse, type OttoProduct } from './otto.course.js';
import { isSoldAsSeat } from '../courses/unsold-modes.js';

/** A seat of a course in Otto, with what else Otto sells for the same mode. */
export interface OttoSeat {
  readonly product: OttoProduct;
  readonly mode: string;
  /** Empty when Otto has none and it cannot be worked out. */
  readonly sku: string;
  /** Undefined: there are no enrollment codes for it. Empty: they have no SKU. */
  bulkSku?: string;
  androidSku?: string;
  iosSku?: string;
}

export interface SeatsOfCourse {
  readonly seats: readonly OttoSeat[];
  /** What is left out, by what it is. */
  readonly skipped: readonly string[];
}

const MOBILE = /mobile/i;
const ANDROID = /android/i;
const MOBILE_MODE = 'verified';

/**
 * Tells the seats of a course apart.
 *
 * @param partnerId the partner's id in Otto's database: with it, a SKU that Otto does not tell can be worked out. Null: it is not known.
 */
export function seatsOf(course: OttoCourse, partnerId: number | null): SeatsOfCourse {
  const sold = course.products.filter(isSold);
  const ofSeats = sold.filter((product) => product.product_class === SEAT_CLASS);
  const isMobile = (product: OttoProduct): boolean => MOBILE.test(skuOf(product));
  const known = ofSeats.filter((product) => !isMobile(product)).map((product) => seatOf(course, product, partnerId));
  const seats = known.filter(({ mode }) => isSoldAsSeat(mode));
  const skipped = [
    ...known.filter(({ mode }) => !isSoldAsSeat(mode)).map(({ mode }) => `seats in the mode ${mode}`),
    ...addMobile(seats, ofSeats.filter(isMobile)),
    ...addCodes(seats, course, sold.filter((product) => product.product_class === CODE_CLASS), partnerId),
    ...sold.filter(({ product_class: name }) => name !== SEAT_CLASS && name !== CODE_CLASS).map(({ product_class: name }) => `products of the class ${name ?? 'unknown'}`),
  ];
  return { seats, skipped: known.length === 0 ? [...skipped, 'courses without a seat'] : skipped };
}

function seatOf(course: OttoCourse, product: OttoProduct, partnerId: number | null): OttoSeat {
  return { product, mode: modeOf(product), sku: skuOf(product) || madeSku(course, product, partnerId) };
}

/** Otto has one type of professional seats; the LMS has two modes. */
function modeOf(product: OttoProduct): string {
  const type = certificateTypeOf(product);
  if (type === '') return 'audit';
  return type === 'professional' && !isTrue(product, 'id_verification_required') ? 'no-id-professional' : type;
}

function certificateTypeOf(product: OttoProduct): string {
  return textOf(product, 'certificate_type') || textOf(product, 'seat_type');
}

function madeSku({ id: courseKey }: OttoCourse, product: OttoProduct, partnerId: number | null): string {
  if (partnerId === null || product.id === null || product.id === undefined) return '';
  return ottoSku({
    productClass: 'seat',
    certificateType: certificateTypeOf(product) || null,
    courseKey,
    idVerificationRequired: isTrue(product, 'id_verification_required'),
    creditProvider: textOf(product, 'credit_provider') || null,
    productId: product.id,
    partnerId,
  });
}

/** Mobile SKUs are seats of their own in Otto, and belong to the verified one. */
function addMobile(seats: readonly OttoSeat[], products: readonly OttoProduct[]): string[] {
  const seat = seats.find(({ mode }) => mode === MOBILE_MODE);
  return products.flatMap((product) => {
    const sku = skuOf(product);
    const field = ANDROID.test(sku) ? 'androidSku' : 'iosSku';
    if (!seat) return ['mobile seats without a verified one'];
    if (seat[field] !== undefined) return ['mobile seats beyond the first'];
    seat[field] = sku;
    return [];
  });
}

/** Enrollment codes belong to the seat of the same type. */
function addCodes(seats: readonly OttoSeat[], course: OttoCourse, products: readonly OttoProduct[], partnerId: number | null): string[] {
  if (course.has_active_bulk_enrollment_code === false) return products.map(() => 'enrollment codes that are not active');
  return products.flatMap((product) => {
    const seatType = certificateTypeOf(product);
    const seat = seats.find((one) => certificateTypeOf(one.product) === seatType && one.bulkSku === undefined);
    if (!seat) return ['enrollment codes without a seat'];
    seat.bulkSku = skuOf(product) || (partnerId === null ? '' : ottoSku({ productClass: 'enrollment_code', courseKey: course.id, seatType, partnerId }));
    return [];
  });
}
