import { z } from 'zod';
import { EnrollmentSchema } from './enrollment.store.js';
import { EntitlementSchema } from './entitlement.store.js';
import { applySeed, SeedSchema } from './seed.js';
import { ApplicationSchema, CourseSchema, CreditProviderSchema, EnrollmentAllowedSchema, UserSchema } from './world.schema.js';
import type { World } from './world.js';

/** The form of a state file. Faults, the ledger, the clock's offset and opaque tokens are not part of it. */
export const SnapshotSchema = z.strictObject({
  version: z.literal(1),
  users: z.array(UserSchema.strip()),
  courses: z.array(CourseSchema),
  enrollmentAllowed: z.array(EnrollmentAllowedSchema),
  applications: z.array(ApplicationSchema),
  creditProviders: z.array(CreditProviderSchema),
  enrollments: z.array(EnrollmentSchema),
  entitlements: z.array(EntitlementSchema),
});
export type Snapshot = z.output<typeof SnapshotSchema>;

export function takeSnapshot(world: World): z.input<typeof SnapshotSchema> {
  return {
    version: 1,
    users: [...world.users.all()],
    courses: [...world.courses.values()],
    enrollmentAllowed: [...world.allowedEnrollments()],
    applications: [...world.applications.values()],
    creditProviders: [...world.creditProviders.values()],
    enrollments: [...world.enrollments.all()],
    entitlements: [...world.entitlements.all()],
  };
}

/** Fills an empty world. Users are numbered in the order in which they were first added, so they keep their numbers. */
export function restoreSnapshot(world: World, snapshot: Snapshot): void {
  const { users, courses, enrollmentAllowed, applications, creditProviders } = snapshot;
  applySeed(world, { ...SeedSchema.parse({}), users, courses, enrollmentAllowed, applications, creditProviders });
  for (const enrollment of snapshot.enrollments) world.enrollments.restore(enrollment);
  for (const entitlement of snapshot.entitlements) world.entitlements.restore(entitlement);
}
