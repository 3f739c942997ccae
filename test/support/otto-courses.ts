interface OttoSeatFields {
  readonly type: string;
  readonly sku?: string | null;
  readonly price?: string;
  readonly expires?: string | null;
  readonly idVerified?: boolean;
  readonly creditProvider?: string;
  readonly id?: number;
}

/** A seat as Otto shows it. */
export function ottoSeat(courseId: string, { type, sku = `${type || 'audit'}-sku`, price = '49.00', expires = null, idVerified = true, creditProvider, id = 42 }: OttoSeatFields): object {
  const attributes = { course_key: courseId, id_verification_required: idVerified, ...(type !== '' && { certificate_type: type }), ...(creditProvider !== undefined && { credit_provider: creditProvider }) };
  return ottoProduct('Seat', 'child', { id, price, expires, sku, attributes });
}

/** The enrollment codes of a course as Otto shows them. */
export function ottoCode(courseId: string, seatType: string, sku: string): object {
  return ottoProduct('Enrollment Code', 'standalone', { id: 77, price: '49.00', expires: null, sku, attributes: { course_key: courseId, seat_type: seatType, id_verification_required: true } });
}

/** A course as Otto shows it, its parent seat included. */
export function ottoCourse(id: string, products: readonly object[], fields: object = {}): object {
  const parent = ottoProduct('Seat', 'parent', { id: 41, price: null, expires: null, sku: null, attributes: { course_key: id } });
  return { id, url: `http://otto.internal/api/v2/courses/${id}/`, name: `The course ${id}`, verification_deadline: null, type: 'verified', last_edited: '2024-05-06T07:08:09Z', has_active_bulk_enrollment_code: true, products: [parent, ...products], ...fields };
}

interface ProductFields {
  readonly id: number;
  readonly price: string | null;
  readonly expires: string | null;
  readonly sku: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function ottoProduct(productClass: string, structure: string, { id, price, expires, sku, attributes }: ProductFields): object {
  return {
    id,
    url: `http://otto.internal/api/v2/products/${id}/`,
    structure,
    product_class: productClass,
    title: 'A product',
    price,
    expires,
    attribute_values: Object.entries(attributes).map(([code, value]) => ({ name: code, code, value })),
    is_available_to_buy: true,
    stockrecords: structure === 'parent' ? [] : [{ id, product: id, partner: 1, partner_sku: sku, price_currency: 'USD', price_excl_tax: price }],
  };
}
