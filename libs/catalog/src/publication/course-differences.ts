import { counterpartOf, type LmsCourse, type LmsMode } from '#lms';
import type { Course } from '../courses/course.js';
import { lmsCourseOf } from './lms-course.js';

/** Modes that a publication leaves alone when they are not in it: others make them, in the LMS. */
const KEPT_BY_THE_LMS: ReadonlySet<string> = new Set(['masters']);
const MODE_FIELDS = ['price', 'currency', 'sku', 'bulkSku', 'expires', 'androidSku', 'iosSku'] as const satisfies readonly (keyof LmsMode)[];

/** One thing in which the LMS and the catalog do not agree about a course. As it is, it may be stored and shown as JSON. */
export type CourseDifference =
  /** The LMS does not sell this mode: a publication adds it. */
  | { readonly kind: 'missing_at_lms'; readonly mode: string }
  /** The catalog does not sell this mode: a publication would remove it. */
  | { readonly kind: 'only_at_lms'; readonly mode: string; readonly price: number; readonly currency: string }
  /** A field of a mode; without a mode, of the course. A publication makes it ours. */
  | { readonly kind: 'field'; readonly mode: string | null; readonly field: (typeof MODE_FIELDS)[number] | 'verificationDeadline'; readonly ours: FieldValue; readonly atLms: FieldValue };

/** Prices in major units; instants in RFC 3339, to the second, in UTC. */
export type FieldValue = string | number | null;

/**
 * What a publication of the course would change at the LMS: nothing when it is empty. Instants are compared to the second. The name of the course is
 * not compared, because a publication cannot change it, and the verification deadline of a course that is not sold here is the LMS's own matter.
 *
 * @param lms null when the LMS has no modes for the course.
 */
export function differences(course: Course, lms: LmsCourse | null): CourseDifference[] {
  const ours = lmsCourseOf(course);
  if (lms === null) return ours.modes.map(missing);
  const pairs = ours.modes.map((mode) => ({ mode, atLms: counterpartOf(mode, lms.modes) }));
  const met = new Set(pairs.map(({ atLms }) => atLms));
  return [
    ...(ours.modes.length === 0 ? [] : fieldDifference(null, 'verificationDeadline', [ours.verificationDeadline, lms.verificationDeadline])),
    ...pairs.flatMap(({ mode, atLms }) => (atLms === undefined ? [missing(mode)] : modeDifferences(mode, atLms))),
    ...lms.modes.filter((mode) => !met.has(mode) && !KEPT_BY_THE_LMS.has(mode.slug)).map(onlyAtLms),
  ];
}

function missing({ slug }: LmsMode): CourseDifference {
  return { kind: 'missing_at_lms', mode: slug };
}

function onlyAtLms({ slug, price, currency }: LmsMode): CourseDifference {
  return { kind: 'only_at_lms', mode: slug, price, currency };
}

function modeDifferences(ours: LmsMode, atLms: LmsMode): CourseDifference[] {
  return MODE_FIELDS.flatMap((field) => fieldDifference(ours.slug, field, [ours[field], atLms[field]]));
}

type Field = Extract<CourseDifference, { kind: 'field' }>['field'];

/** A value of the LMS that is undefined is not known: whether it differs cannot be told. */
function fieldDifference(mode: string | null, field: Field, values: readonly [FieldValue | Date | undefined, FieldValue | Date | undefined]): CourseDifference[] {
  if (values[1] === undefined) return [];
  const [ours, atLms] = [shown(values[0] ?? null), shown(values[1])];
  return ours === atLms ? [] : [{ kind: 'field', mode, field, ours, atLms }];
}

function shown(value: FieldValue | Date): FieldValue {
  return value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : value;
}
