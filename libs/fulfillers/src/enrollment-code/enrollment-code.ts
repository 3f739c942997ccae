import { z } from 'zod';

/** What each code of a product pays for: one seat in a course run, in one mode. Whether there is such a seat is the seat's affair. */
export const EnrollmentCodeSchema = z.strictObject({
  courseId: z.string({ error: 'must be the key of a course run, e.g. course-v1:AcmeX+BIO1+2026' }).regex(/^[^\s\p{C}]{1,255}$/u, 'must be the key of a course run, e.g. course-v1:AcmeX+BIO1+2026'),
  mode: z.string({ error: 'must be the slug of a course mode, e.g. verified' }).regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be the slug of a course mode, e.g. verified'),
});
export type EnrollmentCodeDetails = Readonly<z.infer<typeof EnrollmentCodeSchema>>;

const TEN_YEARS_OF_WEEKS = 520 * 7;
const A_CENTURY = 36_500;

export const EnrollmentCodeOptions = z.strictObject({
  validDays: z.int('must be a whole number of days').min(1, 'must be at least 1').max(A_CENTURY, `must be at most ${A_CENTURY}`).default(TEN_YEARS_OF_WEEKS),
});
export type EnrollmentCodeOptions = Readonly<z.infer<typeof EnrollmentCodeOptions>>;
