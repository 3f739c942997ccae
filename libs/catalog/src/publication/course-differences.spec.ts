import type { LmsCourse, LmsMode } from '#lms';
import type { Course, CourseMode } from '../courses/course.js';
import { differences } from './course-differences.js';

const ID = 'course-v1:AcmeX+BIO1+2026';
const EXPIRES = new Date('2026-08-01T23:59:59Z');
const seat: CourseMode = {
  productId: 'p1', mode: 'verified', sku: 'A1', priceMinor: 4_900, currency: 'USD', availableFrom: null, expires: EXPIRES, creditProvider: null, bulkSku: 'B1', androidSku: 'a.1', iosSku: 'i.1',
};
const course: Course = { id: ID, partner: 'default', name: 'Biology One', verificationDeadline: new Date('2026-08-15T00:00:00Z'), version: 3, updatedAt: new Date(), modes: [seat] };
const mode: LmsMode = { slug: 'verified', price: 49, currency: 'USD', sku: 'A1', bulkSku: 'B1', expires: EXPIRES, androidSku: 'a.1', iosSku: 'i.1' };
const lms: LmsCourse = { id: ID, name: 'Biology, as the LMS calls it', verificationDeadline: new Date('2026-08-15T00:00:00Z'), modes: [mode] };
const atLms = (...modes: LmsMode[]): LmsCourse => ({ ...lms, modes });

it('finds nothing where the LMS has what the catalog has, under whatever name, and to the second', () => {
  expect(differences(course, lms)).toEqual([]);
  expect(differences({ ...course, modes: [{ ...seat, expires: new Date('2026-08-01T23:59:59.999Z') }] }, lms)).toEqual([]);
});

it.each<[string, Partial<LmsMode>, unknown, unknown]>([
  ['price', { price: 59 }, 49, 59],
  ['currency', { currency: 'EUR' }, 'USD', 'EUR'],
  ['sku', { sku: null }, 'A1', null],
  ['bulkSku', { bulkSku: 'B2' }, 'B1', 'B2'],
  ['expires', { expires: new Date('2026-08-02T00:00:00Z') }, '2026-08-01T23:59:59Z', '2026-08-02T00:00:00Z'],
  ['expires', { expires: null }, '2026-08-01T23:59:59Z', null],
  ['androidSku', { androidSku: null }, 'a.1', null],
  ['iosSku', { iosSku: 'i.2' }, 'i.1', 'i.2'],
])('names another %s', (field, changes, ours, theirs) => {
  expect(differences(course, atLms({ ...mode, ...changes }))).toEqual([{ kind: 'field', mode: 'verified', field, ours, atLms: theirs }]);
});

it('names a verification deadline that the catalog does not have, which a publication removes', () => {
  expect(differences({ ...course, verificationDeadline: null }, lms)).toEqual([{ kind: 'field', mode: null, field: 'verificationDeadline', ours: null, atLms: '2026-08-15T00:00:00Z' }]);
});

it('names modes that only one of the two has', () => {
  const audit: LmsMode = { ...mode, slug: 'audit', price: 0 };
  expect(differences(course, atLms(audit))).toEqual([{ kind: 'missing_at_lms', mode: 'verified' }, { kind: 'only_at_lms', mode: 'audit', price: 0, currency: 'USD' }]);
  expect(differences(course, null)).toEqual([{ kind: 'missing_at_lms', mode: 'verified' }]);
});

it('leaves masters, which the LMS keeps, alone, unless the catalog has it as well', () => {
  const masters: LmsMode = { ...mode, slug: 'masters', price: 900 };
  expect(differences(course, atLms(mode, masters))).toEqual([]);
  const sold: Course = { ...course, modes: [seat, { ...seat, mode: 'masters' }] };
  expect(differences(sold, atLms(mode, masters))).toEqual([{ kind: 'field', mode: 'masters', field: 'price', ours: 49, atLms: 900 }]);
});

it('leaves out the mobile SKUs of an LMS that knows none', () => {
  expect(differences(course, atLms({ ...mode, androidSku: undefined, iosSku: undefined }))).toEqual([]);
});

it('compares with the mode of our currency, and takes the same mode in another for one that only the LMS has', () => {
  const euro: LmsMode = { ...mode, currency: 'EUR', price: 45 };
  expect(differences(course, atLms(euro, mode))).toEqual([{ kind: 'only_at_lms', mode: 'verified', price: 45, currency: 'EUR' }]);
});

it('compares nothing of a course that is not sold here but the modes it has there', () => {
  const unsold: Course = { ...course, verificationDeadline: null, modes: [] };
  expect(differences(unsold, null)).toEqual([]);
  expect(differences(unsold, lms)).toEqual([{ kind: 'only_at_lms', mode: 'verified', price: 49, currency: 'USD' }]);
  expect(differences(unsold, atLms({ ...mode, slug: 'masters' }))).toEqual([]);
});

it('knows modes that never expire at the LMS, currencies without decimals, and prices that are not whole', () => {
  const professional: Course = { ...course, modes: [{ ...seat, mode: 'professional' }] };
  expect(differences(professional, atLms({ ...mode, slug: 'professional', expires: null }))).toEqual([]);
  const yen: Course = { ...course, modes: [{ ...seat, currency: 'JPY', priceMinor: 4_900 }] };
  expect(differences(yen, atLms({ ...mode, currency: 'JPY', price: 4_900 }))).toEqual([]);
  const odd: Course = { ...course, modes: [{ ...seat, priceMinor: 4_950 }] };
  expect(differences(odd, lms)).toEqual([{ kind: 'field', mode: 'verified', field: 'price', ours: 49.5, atLms: 49 }]);
});
