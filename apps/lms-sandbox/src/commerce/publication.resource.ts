import { detail, json, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import { isPrivileged } from '../access/caller.js';
import { wholeSeconds } from '../enrollment/enrollment.view.js';
import { isCourseKey } from '../world/course-key.js';
import type { Course, CourseMode } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import { readPublication, type Publication } from './publication.request.js';

const PROFESSIONAL = ['professional', 'no-id-professional'];
/** Kept whatever is published: these are made elsewhere. */
const UNTOUCHED = ['masters'];

/** `commerce/v1/courses/`: what a shop publishes about a course run. A PUT replaces all modes. */
export function publicationResources(world: World): readonly Resource[] {
  const list = { GET: () => json(200, [...world.courses.values()].filter((course) => course.modes.length > 0).map(view)) };
  const one = { GET: (call: LmsCall) => show(call, world), PUT: (call: LmsCall) => publish(call, world) };
  return [
    { path: '/api/commerce/v1/courses/', access: 'user', throttled: false, operations: list },
    { path: '/api/commerce/v1/courses/*', access: 'key_or_user', throttled: false, operations: one },
  ];
}

function show({ rest, caller }: LmsCall, world: World): LmsAnswer {
  if (!isPrivileged(caller)) return notPermitted();
  const course = world.courses.get(rest.replace(/\/$/, ''));
  return course === undefined || course.modes.length === 0 ? detail(404, 'Not found.') : json(200, view(course));
}

function publish({ rest, caller, body }: LmsCall, world: World): LmsAnswer {
  // The contract asks for a user's right to change course modes; here that is being staff.
  if (!isPrivileged(caller)) return notPermitted();
  const courseId = rest.replace(/\/$/, '');
  if (!isCourseKey(courseId)) return json(400, { id: [`${courseId} is not a valid course key.`] });
  const course = world.courses.get(courseId);
  if (course === undefined) return json(400, { id: [`Course ${courseId} does not exist.`] });
  const reading = readPublication(body);
  if ('problems' in reading) return json(400, reading.problems);
  const refusal = judge(reading.publication, course);
  if (refusal !== null) return refusal;
  const kept = course.modes.filter(({ slug }) => UNTOUCHED.includes(slug) && !reading.publication.modes.some((mode) => mode.slug === slug));
  const deadline = reading.publication.verificationDeadline;
  const fields = { id: courseId, modes: [...reading.publication.modes, ...kept], ...(deadline !== undefined && { verificationDeadline: deadline }) };
  return json(course.modes.length === 0 ? 201 : 200, view(world.upsertCourse(fields)));
}

function judge({ modes, verificationDeadline }: Publication, course: Course): LmsAnswer | null {
  if (modes.some(({ slug, expiresAt }) => PROFESSIONAL.includes(slug) && expiresAt !== null)) {
    // A list and not an object: clients that read the first value of an object lose this reason.
    return json(400, ['Professional education modes are not allowed to have expiration_datetime set.']);
  }
  const deadline = verificationDeadline === undefined ? course.verificationDeadline : verificationDeadline;
  if (deadline === null || !modes.some(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) > Date.parse(deadline))) return null;
  return json(400, { non_field_errors: ['Verification deadline must be after the course mode upgrade deadlines.'] });
}

function view(course: Course): Record<string, unknown> {
  return { id: course.id, name: course.name, verification_deadline: wholeSeconds(course.verificationDeadline), modes: course.modes.map(modeView) };
}

function modeView(mode: CourseMode): Record<string, unknown> {
  const { slug, currency, minPrice, sku, bulkSku, androidSku, iosSku } = mode;
  return { name: slug, currency, price: minPrice, sku, bulk_sku: bulkSku, expires: wholeSeconds(mode.expiresAt), android_sku: androidSku, ios_sku: iosSku };
}

function notPermitted(): LmsAnswer {
  return detail(403, 'You do not have permission to perform this action.');
}
