import { z } from 'zod';
import { isCourseKey } from './course-key.js';

const instant = z.iso.datetime({ offset: true });
const text = z.string().min(1).max(255);
const courseId = z.string().refine(isCourseKey, 'must be a course key such as course-v1:AcmeX+BIO1+2026');

export const CourseModeSchema = z.strictObject({
  slug: text,
  /** Shown name; null takes the LMS's own name of the slug. */
  name: text.nullable().default(null),
  minPrice: z.number().int().min(0).default(0),
  suggestedPrices: z.string().default(''),
  currency: z.string().length(3).toLowerCase().default('usd'),
  expiresAt: instant.nullable().default(null),
  description: z.string().nullable().default(null),
  sku: text.nullable().default(null),
  bulkSku: text.nullable().default(null),
  androidSku: text.nullable().default(null),
  iosSku: text.nullable().default(null),
});
export type CourseMode = z.infer<typeof CourseModeSchema>;

export const CourseSchema = z.strictObject({
  id: courseId,
  name: text,
  enrollmentStart: instant.nullable().default(null),
  enrollmentEnd: instant.nullable().default(null),
  start: instant.nullable().default(null),
  end: instant.nullable().default(null),
  inviteOnly: z.boolean().default(false),
  /** The cap on active enrollments; null is no cap. */
  maxEnrollments: z.number().int().min(0).nullable().default(null),
  pacing: z.enum(['self', 'instructor']).default('self'),
  modes: z.array(CourseModeSchema).default([]),
  cohorts: z.array(text).default([]),
  /** Learner addresses, as they come in `X-Forwarded-For`, that the embargo refuses. */
  embargoedAddresses: z.array(text).default([]),
  /** Countries of a learner's profile that the embargo refuses. */
  embargoedCountries: z.array(z.string().length(2)).default([]),
  verificationDeadline: instant.nullable().default(null),
  creditEnabled: z.boolean().default(false),
  /** Stands for a plug-in filter of the LMS that vetoes enrollments with this sentence. */
  vetoMessage: text.nullable().default(null),
});
export type Course = z.infer<typeof CourseSchema>;

export const UserSchema = z.strictObject({
  username: z.string().regex(/^[\w.\-@+]+$/, 'must be letters, digits and . - _ @ + only').max(150),
  email: z.string().min(3).max(254),
  isStaff: z.boolean().default(false),
  isSuperuser: z.boolean().default(false),
  isActive: z.boolean().default(true),
  country: z.string().length(2).nullable().default(null),
  roles: z.array(z.strictObject({ courseId, role: z.enum(['staff', 'instructor']) })).default([]),
  /** Whether the learner asked to be forgotten: only such a learner may be unenrolled from everything. */
  retirementRequested: z.boolean().default(false),
});
export type User = z.infer<typeof UserSchema> & { readonly id: number };

export const AttributeSchema = z.strictObject({ namespace: z.string(), name: z.string(), value: z.string() });
export type Attribute = z.infer<typeof AttributeSchema>;

export const EnrollmentAllowedSchema = z.strictObject({
  email: z.string().min(3),
  courseId,
  autoEnroll: z.boolean().default(false),
  createdAt: instant.optional(),
});

export const ApplicationSchema = z.strictObject({ clientId: text, clientSecret: text, owner: text });
export type Application = z.infer<typeof ApplicationSchema>;

export const CreditProviderSchema = z.strictObject({ id: text, displayName: text, url: z.string().default('') });
export type CreditProvider = z.infer<typeof CreditProviderSchema>;
