import { counterpartOf } from './commerce.counterpart.js';
import type { LmsCourse, LmsMode } from './commerce.course.js';
import { LmsDiffersError } from './lms.errors.js';

/** Modes that a PUT leaves alone when they are not in it. */
const KEPT: ReadonlySet<string> = new Set(['masters']);
const FIELDS = ['price', 'currency', 'sku', 'bulkSku', 'expires', 'androidSku', 'iosSku'] as const satisfies readonly (keyof LmsMode)[];

/** The body of a PUT: the course with all its modes. */
export function publicationBody({ id, name, verificationDeadline, modes }: LmsCourse): object {
  return { id, name, verification_deadline: toSecond(verificationDeadline), modes: modes.map(wireMode) };
}

function wireMode({ slug, price, currency, sku, bulkSku, expires, androidSku, iosSku }: LmsMode): object {
  return { name: slug, currency: currency.toLowerCase(), price, sku, bulk_sku: bulkSku, expires: toSecond(expires), android_sku: androidSku, ios_sku: iosSku };
}

/** What the LMS says it has after a PUT. @throws {LmsDiffersError} when that is not what it was told. */
export function assertTold(course: LmsCourse, asked: LmsCourse): LmsCourse {
  const pairs = asked.modes.map((mode) => ({ mode, atLms: counterpartOf(mode, course.modes) }));
  const met = new Set(pairs.map(({ atLms }) => atLms));
  const wrong = [
    ...(toSecond(course.verificationDeadline) === toSecond(asked.verificationDeadline) ? [] : ['verificationDeadline']),
    ...pairs.flatMap(({ mode, atLms }) => (atLms === undefined ? [`${mode.slug} is not there`] : wrongFields(mode, atLms))),
    ...course.modes.filter((mode) => !met.has(mode) && !KEPT.has(mode.slug)).map(({ slug, currency }) => `${slug} in ${currency}, which was not sent`),
  ];
  if (wrong.length > 0) throw new LmsDiffersError(wrong);
  return course;
}

function wrongFields(asked: LmsMode, atLms: LmsMode): string[] {
  return FIELDS.filter((field) => atLms[field] !== undefined && toSecond(atLms[field]) !== toSecond(asked[field])).map((field) => `${asked.slug}: ${field}`);
}

function toSecond<Value>(value: Value | Date): Value | string {
  return value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : value;
}
