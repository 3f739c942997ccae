import { z } from 'zod';

const NO_UUID = 'must be the UUID of a course, e.g. 4f8c2f9e-7c1b-4a53-9d4e-1f0b6a2c3d4e';
const NO_MODE = 'must be the slug of a course mode, e.g. verified';

/** A course, not one of its runs, in one mode. `courseUuid` is the course's in the catalog of the LMS (course discovery). */
export const EntitledCourseSchema = z.strictObject({
  courseUuid: z.uuid({ error: NO_UUID }).transform((uuid) => uuid.toLowerCase()),
  mode: z.string({ error: NO_MODE }).regex(/^[a-z][a-z0-9-]{0,99}$/, NO_MODE),
});

export type EntitledCourse = Readonly<z.infer<typeof EntitledCourseSchema>>;
