import { expect } from '@jest/globals';
import { ottoCode, ottoCourse, ottoSeat } from '../../../../test/support/otto-courses.js';
import { OttoCourse } from './otto.course.js';
import { seatsOf, type SeatsOfCourse } from './otto-seats.js';

const ID = 'course-v1:edX+DemoX+2024';

function seats(products: readonly object[], { fields = {}, partnerId = null }: { fields?: object; partnerId?: number | null } = {}): SeatsOfCourse {
  return seatsOf(OttoCourse.parse(ottoCourse(ID, products, fields)), partnerId);
}

describe("Otto's seats", () => {
  it.each([
    [{ type: '' }, 'audit'],
    [{ type: 'honor' }, 'honor'],
    [{ type: 'verified' }, 'verified'],
    [{ type: 'professional', idVerified: true }, 'professional'],
    [{ type: 'professional', idVerified: false }, 'no-id-professional'],
    [{ type: 'credit', creditProvider: 'hogwarts' }, 'credit'],
  ])('%j is sold in the mode %s, under its SKU', (fields, mode) => {
    expect(seats([ottoSeat(ID, { ...fields, sku: 'ABC1234' })])).toMatchObject({ seats: [{ mode, sku: 'ABC1234' }], skipped: [] });
  });

  it('know the enrollment codes of their own type, and the mobile SKUs of the verified one', () => {
    const found = seats([
      ottoSeat(ID, { type: 'verified', sku: 'mobile.android.8014ce6' }),
      ottoSeat(ID, { type: 'verified', sku: 'mobile.ios.8014ce6' }),
      ottoSeat(ID, { type: 'professional', sku: 'PRO' }),
      ottoSeat(ID, { type: 'verified', sku: '8014CE6' }),
      ottoCode(ID, 'verified', '136F481'),
    ]);
    expect(found.skipped).toEqual([]);
    expect(found.seats.map((seat) => ({ ...seat, product: undefined }))).toEqual([
      { mode: 'professional', sku: 'PRO' },
      { mode: 'verified', sku: '8014CE6', bulkSku: '136F481', androidSku: 'mobile.android.8014ce6', iosSku: 'mobile.ios.8014ce6' },
    ]);
  });

  it('are counted where they are not taken', () => {
    const products = [ottoSeat(ID, { type: 'masters' }), ottoSeat(ID, { type: 'verified', sku: 'mobile.ios.1' }), ottoCode(ID, 'honor', 'X'), { ...ottoSeat(ID, { type: 'verified' }), product_class: 'Coupon' }];
    expect(seats(products).skipped).toEqual(['seats in the mode masters', 'mobile seats without a verified one', 'enrollment codes without a seat', 'products of the class Coupon']);
    expect(seats([]).skipped).toEqual(['courses without a seat']);
  });

  it('have no enrollment codes where those are not active', () => {
    expect(seats([ottoSeat(ID, { type: 'verified' }), ottoCode(ID, 'verified', 'X')], { fields: { has_active_bulk_enrollment_code: false } })).toMatchObject({
      seats: [expect.not.objectContaining({ bulkSku: 'X' })],
      skipped: ['enrollment codes that are not active'],
    });
  });

  // Otto's own test vectors.
  it('without a SKU get the one that Otto would make, where its ids are known', () => {
    const products = [ottoSeat(ID, { type: 'verified', sku: null, id: 42 }), ottoSeat(ID, { type: '', idVerified: false, sku: null, id: 43 }), ottoCode(ID, 'verified', '')];
    expect(seats(products, { partnerId: 1 }).seats).toMatchObject([{ sku: '8014CE6', bulkSku: '136F481' }, { sku: 'A6DF528' }]);
    expect(seats(products).seats).toMatchObject([{ sku: '', bulkSku: '' }, { sku: '' }]);
  });
});
