import { ottoSku, type OttoProduct } from './otto-sku.js';

const courseKey = 'course-v1:edX+DemoX+2024';
const verified: OttoProduct = { productClass: 'seat', certificateType: 'verified', courseKey, idVerificationRequired: true, creditProvider: null, productId: 42, partnerId: 1 };

describe("Otto's SKU", () => {
  it.each<[string, OttoProduct, string]>([
    ['a verified seat', verified, '8014CE6'],
    ['an audit seat', { ...verified, certificateType: null, idVerificationRequired: false, productId: 43 }, 'A6DF528'],
    ['enrollment codes', { productClass: 'enrollment_code', courseKey, seatType: 'verified', partnerId: 1 }, '136F481'],
    ['an entitlement', { productClass: 'course_entitlement', certificateType: 'verified', courseUuid: '394a5ce5-6ff4-4b2b-bea1-a273c6920ae1', partnerId: 1 }, '9E7DB84'],
    ['a coupon', { productClass: 'coupon', productId: 42, partnerId: 1 }, '262A435'],
  ])('of %s is the one that Otto makes', (_, product, sku) => {
    expect(ottoSku(product)).toBe(sku);
  });

  it('does not change with the case of ASCII letters, and does with that of others', () => {
    expect(ottoSku({ ...verified, courseKey: 'COURSE-V1:EDX+demox+2024' })).toBe('8014CE6');
    expect(ottoSku({ ...verified, courseKey: `${courseKey}É` })).not.toBe(ottoSku({ ...verified, courseKey: `${courseKey}é` }));
  });

  it('of a seat is another one for another id in its database', () => {
    expect(ottoSku({ ...verified, productId: 44 })).not.toBe('8014CE6');
  });
});
