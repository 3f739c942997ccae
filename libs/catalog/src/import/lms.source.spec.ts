import { expect } from '@jest/globals';
import { LmsCredentialsMissingError, type LmsCourse, type LmsMode } from '#lms';
import type { SourcePart } from './import-source.js';
import { LmsSource } from './lms.source.js';
import { ImportStoppedError } from './row-problems.js';

type List = ConstructorParameters<typeof LmsSource>[0]['list'];

const mode = (slug: string, fields: Partial<LmsMode> = {}): LmsMode => ({ slug, price: 49, currency: 'USD', sku: 'A1', bulkSku: null, expires: null, androidSku: null, iosSku: null, ...fields });
const course = (modes: readonly LmsMode[], name = 'Biology One'): LmsCourse => ({ id: 'course-v1:AcmeX+BIO1+2026', name, verificationDeadline: null, modes });

async function read(list: List): Promise<SourcePart[]> {
  const parts: SourcePart[] = [];
  for await (const part of new LmsSource({ list }, 'http://lms.example.com').read()) parts.push(part);
  return parts;
}

describe('the source LMS', () => {
  it('tells the modes that are sold, and counts those that are not', async () => {
    const sold = mode('verified', { expires: new Date('2027-08-01T23:59:59Z'), bulkSku: 'B1', androidSku: 'mobile.android.a1', iosSku: 'mobile.ios.a1' });
    const [part] = await read(async function* () {
      yield await Promise.resolve(course([mode('audit', { price: 0, sku: null }), sold, mode('masters'), mode('paid-bootcamp'), mode('masters')]));
    });
    expect(part?.skipped).toEqual({ 'modes masters': 2, 'modes paid-bootcamp': 1 });
    expect(part?.rows.map(({ cells }) => cells)).toEqual([
      { course_id: 'course-v1:AcmeX+BIO1+2026', course_name: 'Biology One', verification_deadline: '', mode: 'audit', price: '0', currency: 'USD', expires: '', sku: '' },
      expect.objectContaining({ mode: 'verified', price: '49', expires: '2027-08-01T23:59:59.000Z', sku: 'A1', bulk_sku: 'B1', android_sku: 'mobile.android.a1', ios_sku: 'mobile.ios.a1' }),
    ]);
  });

  it('tells no name where the LMS has none', async () => {
    const [part] = await read(async function* () {
      yield await Promise.resolve(course([mode('audit')], ''));
    });
    expect(part?.rows[0]?.cells).not.toHaveProperty('course_name');
  });

  it('comes in parts, and names what the LMS lists and nobody can read', async () => {
    const parts = await read(async function* ({ onUnreadable }) {
      for (let count = 0; count < 1_200; count += 1) yield await Promise.resolve(course([mode('audit')]));
      onUnreadable({ id: 'course-v1:AcmeX+BAD+2026', detail: 'modes: is no list' });
    });
    expect(parts.map(({ rows }) => rows.length)).toEqual([1_000, 200]);
    expect(parts[1]?.unreadable).toEqual([{ line: 1_201, courseId: 'course-v1:AcmeX+BAD+2026', message: 'the course cannot be read: modes: is no list' }]);
  });

  it('says why it cannot be read, and hides no bug', async () => {
    const failing = (error: Error): List =>
      // eslint-disable-next-line require-yield
      async function* () {
        await Promise.reject(error);
      };
    await expect(read(failing(new LmsCredentialsMissingError('The list of courses')))).rejects.toThrow(ImportStoppedError);
    await expect(read(failing(new TypeError('a bug')))).rejects.toThrow(TypeError);
  });
});
