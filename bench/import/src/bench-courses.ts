import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** A mode as the benchmark sells it, in every course. */
export interface BenchMode {
  readonly slug: string;
  /** In major units. */
  readonly price: number;
  readonly expires: string | null;
  /** Each course has its number in it. */
  readonly skuOf: (course: number) => string;
}

export const MODES: readonly BenchMode[] = [
  { slug: 'audit', price: 0, expires: null, skuOf: (course) => `A${course}` },
  { slug: 'honor', price: 0, expires: null, skuOf: (course) => `H${course}` },
  { slug: 'verified', price: 49, expires: '2027-08-01T23:59:59Z', skuOf: (course) => `V${course}` },
];

export function courseIdOf(course: number): string {
  return `course-v1:AcmeX+C${course}+2026`;
}

export function courseNameOf(course: number): string {
  return `Course number ${course}`;
}

/** Writes an import file. */
export async function writeCsv(path: string, courses: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('course_id,course_name,mode,price,currency,expires,sku\n');
  for (let course = 1; course <= courses; course += 1) {
    const rows = MODES.map(({ slug, price, expires, skuOf }) => `${courseIdOf(course)},${courseNameOf(course)},${slug},${price}.00,USD,${expires ?? ''},${skuOf(course)}\n`);
    if (!file.write(rows.join(''))) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
