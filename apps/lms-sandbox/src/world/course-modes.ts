import type { Course, CourseMode } from './world.schema.js';

const DEFAULT_SLUG = 'audit';

/** The names that the LMS shows for the slugs it knows. */
const NAMES: Readonly<Record<string, string>> = {
  audit: 'Audit',
  honor: 'Honor Certificate',
  verified: 'Verified Certificate',
  professional: 'Professional Certificate',
  'no-id-professional': 'Professional Certificate',
  credit: 'Credit Certificate',
  masters: "Master's Degree",
};

const SYNTHETIC_AUDIT: CourseMode = {
  slug: DEFAULT_SLUG,
  name: null,
  minPrice: 0,
  suggestedPrices: '',
  currency: 'usd',
  expiresAt: null,
  description: null,
  sku: null,
  bulkSku: null,
  androidSku: null,
  iosSku: null,
};

export function modeName(mode: CourseMode): string {
  return mode.name ?? NAMES[mode.slug] ?? mode.slug;
}

/**
 * The modes that a course offers now. One synthetic audit mode stands in where there is none; the contract says so for
 * a course without modes, and the LMS does the same once every mode has expired.
 */
export function offeredModes(course: Course, now: number, includeExpired = false): readonly CourseMode[] {
  const open = includeExpired ? course.modes : course.modes.filter((mode) => !hasExpired(mode, now));
  return open.length === 0 ? [SYNTHETIC_AUDIT] : open;
}

/** The mode of an enrollment that names none: audit where offered, else honor, else audit all the same. */
export function defaultModeSlug(course: Course, now: number): string {
  const slugs = offeredModes(course, now).map((mode) => mode.slug);
  return slugs.includes(DEFAULT_SLUG) || !slugs.includes('honor') ? DEFAULT_SLUG : 'honor';
}

function hasExpired(mode: CourseMode, now: number): boolean {
  return mode.expiresAt !== null && Date.parse(mode.expiresAt) < now;
}
