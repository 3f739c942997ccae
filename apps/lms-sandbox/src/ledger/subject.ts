import { isFields } from '../wire/lms-call.js';
import { isCourseKey } from '../world/course-key.js';

const PREFIXES_OF_COURSES = ['/api/enrollment/v1/enrollment/', '/api/enrollment/v1/course/', '/api/commerce/v1/courses/', '/api/credit/v1/courses/'];

/** Whom and what a call is about, as far as its path, query and body say so. */
export interface Subject {
  readonly user: string | null;
  readonly courseId: string | null;
  readonly mode: string | null;
  readonly isActive: boolean | null;
}

/** Reads the subject without judging the call: the ledger and the faults look at calls that the LMS will refuse, too. */
export function subjectOf(path: string, query: URLSearchParams, body: unknown): Subject {
  const fields = isFields(body) ? body : {};
  const course = isFields(fields['course_details']) ? fields['course_details'] : {};
  const fromPath = subjectOfPath(path);
  return {
    user: firstText(fields['user'], fields['username'], fromPath.user, query.get('user'), query.get('username')),
    courseId: firstText(course['course_id'], fields['course_id'], fromPath.courseId, query.get('course_id')),
    mode: firstText(fields['mode']),
    isActive: typeof fields['is_active'] === 'boolean' ? fields['is_active'] : null,
  };
}

function subjectOfPath(path: string): { user: string | null; courseId: string | null } {
  const account = /^\/api\/user\/v1\/accounts\/([^/]+)$/.exec(path)?.[1];
  if (account !== undefined) return { user: account, courseId: null };
  const prefix = PREFIXES_OF_COURSES.find((start) => path.startsWith(start)) ?? path;
  const tail = path.slice(prefix.length).replace(/\/$/, '');
  const comma = tail.indexOf(',');
  const courseId = tail.slice(comma + 1);
  return { user: comma > 0 ? tail.slice(0, comma) : null, courseId: isCourseKey(courseId) ? courseId : null };
}

function firstText(...candidates: readonly unknown[]): string | null {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '') ?? null;
}
