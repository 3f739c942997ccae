import { expect } from '@jest/globals';
import { ottoCourse, ottoSeat } from '../../../../test/support/otto-courses.js';
import type { SourcePart } from './import-source.js';
import type { OttoPage } from './otto.course.js';
import { OttoSource } from './otto.source.js';
import { ImportStoppedError } from './row-problems.js';

const course = (name: string, seat: object = {}) => ottoCourse(`course-v1:edX+${name}+2024`, [ottoSeat(`course-v1:edX+${name}+2024`, { type: 'verified', ...seat })]);

/** An Otto of these pages; it is asked from the first that is wanted. */
function source(pages: readonly (OttoPage | null)[], asked: number[] = [], partnerId: number | null = null): OttoSource {
  const page = (number: number): Promise<OttoPage | null> => {
    asked.push(number);
    return Promise.resolve(pages[number - 1] ?? null);
  };
  return new OttoSource({ pageSize: 2, page }, { url: 'https://otto.example.com', partnerId });
}

async function parts(from: OttoSource, position: string | null = null): Promise<SourcePart[]> {
  const read: SourcePart[] = [];
  for await (const part of from.read(position)) read.push(part);
  return read;
}

const page = (count: number, next: string | null, ...results: object[]): OttoPage => ({ count, next, results });

describe('the source Otto', () => {
  it('tells every seat of every page, counts rows through, and goes on at any page', async () => {
    const pages = [page(3, 'http://elsewhere/?page=2', course('A'), course('B')), page(3, null, course('C', { price: '19.90', expires: '2024-12-31T00:00:00Z' }))];
    const read = await parts(source(pages));
    expect(read.map(({ fraction }) => fraction)).toEqual([2 / 3, 1]);
    expect(read.flatMap(({ rows }) => rows).map(({ line, cells }) => `${line} ${cells.course_id}`)).toEqual(['1 course-v1:edX+A+2024', '2 course-v1:edX+B+2024', '3 course-v1:edX+C+2024']);
    expect(read[1]?.rows[0]?.cells).toEqual({
      course_id: 'course-v1:edX+C+2024', course_name: 'The course course-v1:edX+C+2024', verification_deadline: '', mode: 'verified', price: '19.90', currency: 'USD', expires: '2024-12-31T00:00:00Z', sku: 'verified-sku', credit_provider: '',
    });

    const asked: number[] = [];
    expect(await parts(source(pages, asked), read[0]?.next ?? null)).toEqual(read.slice(1));
    expect(asked).toEqual([2]);
  });

  it('is at its end where there is no page any more', async () => {
    const last = (await parts(source([page(1, null, course('A'))])))[0]?.next ?? null;
    expect(await parts(source([]), last)).toMatchObject([{ rows: [], fraction: 1 }]);
  });

  it.each([
    ['shows more courses than it counts', page(3, 'http://elsewhere/?page=2', course('A'), course('B'))],
    ['shows nothing and says that more comes', page(3, 'http://elsewhere/?page=2')],
  ])('that %s is not read for ever', async (_, shown) => {
    const asked: number[] = [];
    // Without the check a thousand pages are asked for, and one more that there is not.
    await expect(parts(source(Array.from({ length: 1_000 }, () => shown), asked))).rejects.toThrow(/Otto counts 3 courses.*its pages do not end/);
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  it('says how many courses it counts and did not show', async () => {
    const [short] = await parts(source([page(3, null, course('A'))]));
    expect(Object.entries(short?.skipped ?? {})).toEqual([[expect.stringContaining('did not show'), 2]]);
    expect(await parts(source([]), short?.next ?? null)).toMatchObject([{ skipped: {} }]);
    // A page that Otto has named, and that is not there.
    const [, gone] = await parts(source([page(3, 'http://elsewhere/?page=2', course('A'), course('B')), null]));
    expect(Object.values(gone?.skipped ?? {})).toEqual([1]);
  });

  it('names what cannot be read, course by course', async () => {
    const results = [{ id: 'course-v1:edX+BAD+2024', products: 'none' }, 'nonsense', course('NOSKU', { sku: null })];
    const [part] = await parts(source([page(3, null, ...(results as object[]))]));
    expect(part).toMatchObject({
      rows: [],
      unreadable: [
        { line: 1, courseId: 'course-v1:edX+BAD+2024', message: expect.stringContaining('cannot be read: products') },
        { line: 2, courseId: null },
        { line: 3, courseId: 'course-v1:edX+NOSKU+2024', message: expect.stringContaining('--otto-partner-id') },
      ],
    });
  });

  it('that shows no products is none to import from', async () => {
    await expect(parts(source([page(1, null, { id: 'course-v1:edX+A+2024', name: 'A' })]))).rejects.toThrow(ImportStoppedError);
  });
});
