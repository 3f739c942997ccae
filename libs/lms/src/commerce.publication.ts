import type { LmsCourse, LmsMode } from './commerce.course.js';
import { courseOf, type WireCourse, type WireMode } from './commerce.reading.js';
import { unreadable } from './lms.unanswered.js';

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

/** What the LMS says it has after a PUT. @throws {LmsUnansweredError} when that is not what it was told. */
export function readPublished(answer: WireCourse, asked: LmsCourse): LmsCourse {
  const course = courseOf(answer);
  const wrong = [
    ...(toSecond(course.verificationDeadline) === toSecond(asked.verificationDeadline) ? [] : ['verificationDeadline']),
    ...asked.modes.flatMap((mode) => wrongFields(mode, course, answer)),
    ...course.modes.filter(({ slug }) => !KEPT.has(slug) && !asked.modes.some((mode) => mode.slug === slug)).map(({ slug }) => `${slug}, which was not sent`),
  ];
  if (wrong.length > 0) throw unreadable(`The LMS answered that it is done, with a course other than the one that it was told: ${wrong.join('; ')}.`);
  return course;
}

function wrongFields(asked: LmsMode, { modes }: LmsCourse, answer: WireCourse): string[] {
  const index = modes.findIndex(({ slug }) => slug === asked.slug);
  const [mode, wire] = [modes[index], answer.modes[index]];
  if (mode === undefined || wire === undefined) return [`${asked.slug} is not there`];
  return FIELDS.filter((field) => !isUnknown(field, wire) && toSecond(mode[field]) !== toSecond(asked[field])).map((field) => `${asked.slug}: ${field}`);
}

/** Old releases of the LMS have no mobile SKUs, and take them without keeping them. */
function isUnknown(field: keyof LmsMode, wire: WireMode): boolean {
  return (field === 'androidSku' && wire.android_sku === undefined) || (field === 'iosSku' && wire.ios_sku === undefined);
}

function toSecond<Value>(value: Value | Date): Value | string {
  return value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : value;
}
