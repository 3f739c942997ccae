import { z } from 'zod';
import { readJson } from './answer.js';
import type { LmsClient } from './lms.client.js';
import { LmsRefusedError, LmsTokenRefusedError } from './lms.errors.js';
import type { LmsCall } from './lms.request.js';
import { unreadable } from './lms.unanswered.js';

const COURSES = '/api/enrollment/v1/course/';
/** What the Enrollment API shows of a course without modes: one that stands in for them. */
const StandIn = z.object({ slug: z.literal('audit'), min_price: z.literal(0), sku: z.null(), bulk_sku: z.null() });
const CourseWithoutModes = z.object({ course_id: z.string(), course_modes: z.tuple([StandIn]) });

/**
 * Whether this is the answer that the Commerce API gives about a course without modes. Its words are in the LMS's language. A page, or nothing, is that of
 * an address at which there is no such API.
 *
 * @throws {LmsUnansweredError} when it is a 404 in words of somebody else's, as of a gateway before the LMS.
 */
export function saysNoModes(error: unknown): boolean {
  if (!(error instanceof LmsRefusedError) || error instanceof LmsTokenRefusedError || error.httpStatus !== 404 || error.words === '') return false;
  if (!error.hasDetail) throw unreadable(`The LMS answered 404 in words that are not its own: ${error.words}`);
  return true;
}

/**
 * Asks the LMS in another way whether a course has no modes there, because whoever believes that wrongly deletes what it has.
 *
 * @throws {LmsUnansweredError} when it shows modes, or anything else than none.
 */
export async function assertNoModes(lms: LmsClient, courseId: string, call: LmsCall): Promise<void> {
  try {
    // Open to everybody. The key is shown because the LMS throttles who shows none.
    const text = await lms.send({ method: 'GET', path: `${COURSES}${encodeURIComponent(courseId)}?include_expired=1` }, call);
    if (CourseWithoutModes.safeParse(readJson(text)).data?.course_id !== courseId) throw unreadable('The Commerce API of the LMS answered 404, but its Enrollment API does not show a course without modes.');
  } catch (error) {
    if (!(error instanceof LmsRefusedError) || ![400, 404].includes(error.httpStatus)) throw error;
    // Of a course that it does not know the LMS says so by its id.
    if (error.httpStatus === 404 || !error.words.includes(courseId)) throw unreadable(`The Commerce API of the LMS answered 404, and its Enrollment API ${error.httpStatus}, which is not about the course.`);
  }
}
