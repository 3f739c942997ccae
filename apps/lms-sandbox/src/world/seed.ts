import { z } from 'zod';
import { ApplicationSchema, AttributeSchema, CourseSchema, CreditProviderSchema, EnrollmentAllowedSchema, UserSchema } from './world.schema.js';
import type { World } from './world.js';

const MOST_USERS_IN_A_RANGE = 1_000_000;

type OptionalFields<Shape extends z.ZodRawShape> = z.ZodObject<{ [Key in keyof Shape]: z.ZodOptional<z.ZodType> }, z.core.$strict>;

/** The same fields, each of them optional. One left out keeps its value, so the defaults of a new row must not slip in here. */
function fieldsOf<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>): OptionalFields<Shape> {
  const optional = Object.entries<unknown>(schema.shape).map(([key, field]) => [key, withoutDefault(field).optional()]);
  // Object.fromEntries forgets the keys' names; they are those of the shape.
  return z.strictObject(Object.fromEntries(optional) as z.ZodRawShape) as unknown as OptionalFields<Shape>;
}

function withoutDefault(field: unknown): z.ZodType {
  // A field of a shape is a schema; zod types it only as its inner core.
  return (field instanceof z.ZodDefault ? field.unwrap() : field) as z.ZodType;
}

const EnrollmentSeed = z.strictObject({
  username: z.string(),
  courseId: z.string(),
  mode: z.string().min(1),
  isActive: z.boolean().default(true),
  attributes: z.array(AttributeSchema).default([]),
});

/** What `POST /seed` takes. Every part may be left out; rows that exist are changed, others are added. */
export const SeedSchema = z.strictObject({
  users: z.array(fieldsOf(UserSchema).extend({ username: UserSchema.shape.username, email: UserSchema.shape.email })).default([]),
  userRange: z
    .strictObject({ prefix: UserSchema.shape.username, from: z.number().int().min(0), to: z.number().int().min(0) })
    .refine(({ from, to }) => from <= to && to - from < MOST_USERS_IN_A_RANGE, `must run upwards and name at most ${MOST_USERS_IN_A_RANGE} users`)
    .optional(),
  courses: z.array(fieldsOf(CourseSchema).extend({ id: CourseSchema.shape.id })).default([]),
  enrollments: z.array(EnrollmentSeed).default([]),
  enrollmentAllowed: z.array(EnrollmentAllowedSchema).default([]),
  applications: z.array(ApplicationSchema).default([]),
  creditProviders: z.array(CreditProviderSchema).default([]),
});
export type Seed = z.input<typeof SeedSchema>;
type ParsedSeed = z.output<typeof SeedSchema>;

/** The seed is well formed but does not fit what is there. Nothing was changed. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/**
 * Brings rows into the world, all of them or none.
 *
 * @throws {SeedError} when a row names a user or course that is neither here nor in the seed, or a new course lacks a name.
 */
export function applySeed(world: World, seed: ParsedSeed): { users: number; courses: number; enrollments: number } {
  refuseStrangers(world, seed);
  for (const user of seed.users) world.users.upsert(user);
  for (const user of rangeOf(seed)) world.users.upsert(user);
  for (const course of seed.courses) world.upsertCourse(course);
  for (const application of seed.applications) world.applications.set(application.clientId, application);
  for (const provider of seed.creditProviders) world.creditProviders.set(provider.id, provider);
  for (const row of seed.enrollmentAllowed) world.allowEnrollment({ ...row, createdAt: row.createdAt ?? world.clock.nowIso() });
  for (const enrollment of seed.enrollments) seedEnrollment(world, enrollment);
  return { users: world.users.all().length, courses: world.courses.size, enrollments: world.enrollments.all().length };
}

function refuseStrangers(world: World, seed: ParsedSeed): void {
  const usernames = new Set([...seed.users, ...rangeOf(seed)].map((user) => user.username));
  const courseIds = new Set(seed.courses.map((course) => course.id));
  const nameless = seed.courses.find((course) => course.name === undefined && !world.courses.has(course.id));
  if (nameless !== undefined) throw new SeedError(`The course ${nameless.id} is new and needs a name.`);
  for (const { username, courseId } of seed.enrollments) {
    if (!usernames.has(username) && world.users.find(username) === undefined) throw new SeedError(`There is no user ${username}: seed it first.`);
    if (!courseIds.has(courseId) && !world.courses.has(courseId)) throw new SeedError(`There is no course ${courseId}: seed it first.`);
  }
}

function* rangeOf({ userRange }: ParsedSeed): Generator<{ username: string; email: string }> {
  if (userRange === undefined) return;
  for (let number = userRange.from; number <= userRange.to; number += 1) {
    const username = `${userRange.prefix}${number}`;
    yield { username, email: `${username}@example.com` };
  }
}

function seedEnrollment({ clock, enrollments }: World, seed: z.output<typeof EnrollmentSeed>): void {
  const at = clock.nowIso();
  const enrollment = enrollments.find(seed.username, seed.courseId) ?? enrollments.create(seed.username, seed.courseId, seed.mode, at);
  enrollments.moveTo(enrollment, { mode: seed.mode, isActive: seed.isActive }, at);
  enrollments.replaceAttributes(enrollment, seed.attributes);
}
