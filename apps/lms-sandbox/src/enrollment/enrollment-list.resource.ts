import { json, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import { isCourseKey } from '../world/course-key.js';
import type { Enrollment } from '../world/enrollment.store.js';
import type { World } from '../world/world.js';
import { microseconds } from './enrollment.view.js';

const MOST_PER_PAGE = 100;
const MOST_USERNAMES = 100;
const USERNAME = /^[\w.\-@+]+$/;

interface Filters {
  readonly courseId: string | null;
  readonly courseIds: readonly string[];
  readonly usernames: readonly string[];
  readonly emails: readonly string[];
}

/** `enrollments/`: every enrollment, active or not, for administrators. The slash may be left out. */
export function enrollmentListResources(world: World): readonly Resource[] {
  const operations = { GET: (call: LmsCall) => listAll(call, world) };
  return ['/api/enrollment/v1/enrollments/', '/api/enrollment/v1/enrollments'].map((path) => ({ path, access: 'staff', throttled: true, operations }));
}

function listAll(call: LmsCall, world: World): LmsAnswer {
  const filters = readFilters(call.query);
  const problems = findProblems(filters);
  if (Object.keys(problems).length > 0) return json(400, { field_errors: problems });
  const found = world.enrollments.all().filter((enrollment) => matches(enrollment, filters, world));
  const size = pageSize(call.query);
  const start = readCursor(call.query);
  return json(200, {
    next: start + size < found.length ? link(call, start + size) : null,
    previous: start > 0 ? link(call, Math.max(0, start - size)) : null,
    results: found.slice(start, start + size).map(row),
  });
}

function readFilters(query: URLSearchParams): Filters {
  const list = (name: string): string[] => (query.get(name) ?? '').split(',').filter((item) => item !== '');
  return { courseId: query.get('course_id') || null, courseIds: list('course_ids'), usernames: list('username'), emails: list('email') };
}

function findProblems({ courseId, usernames }: Filters): Record<string, { developer_message: string }> {
  const problems: Record<string, { developer_message: string }> = {};
  if (courseId !== null && !isCourseKey(courseId)) problems['course_id'] = { developer_message: `'${courseId}' is not a valid course id.` };
  if (usernames.length > MOST_USERNAMES) {
    const sentence = `Too many usernames in a single request - ${usernames.length}. A maximum of ${MOST_USERNAMES} is allowed`;
    problems['username'] = { developer_message: sentence };
  } else if (!usernames.every((username) => USERNAME.test(username))) {
    // The contract gives no text for a malformed name.
    problems['username'] = { developer_message: 'Usernames can only contain letters (A-Z, a-z), numerals (0-9), underscores (_), and hyphens (-).' };
  }
  return problems;
}

function matches({ courseId, username }: Enrollment, filters: Filters, world: World): boolean {
  if (filters.courseId !== null && courseId !== filters.courseId) return false;
  // A part of a key is enough here: the name of a course finds all its runs.
  if (filters.courseIds.length > 0 && !filters.courseIds.some((part) => courseId.toLowerCase().includes(part.toLowerCase()))) return false;
  if (filters.usernames.length > 0 && !filters.usernames.includes(username)) return false;
  return filters.emails.length === 0 || filters.emails.includes(world.users.find(username)?.email ?? '');
}

function pageSize(query: URLSearchParams): number {
  const asked = Number(query.get('page_size'));
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, MOST_PER_PAGE) : MOST_PER_PAGE;
}

/** A cursor is opaque to callers; here it hides how many rows to leave out, which is safe because rows are never deleted. */
function readCursor(query: URLSearchParams): number {
  const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString('utf8').slice(2));
  return Number.isInteger(start) && start > 0 ? start : 0;
}

function link({ origin, path, query }: LmsCall, start: number): string {
  const next = new URLSearchParams(query);
  next.set('cursor', Buffer.from(`p=${start}`).toString('base64url'));
  return `${origin}${path}?${next.toString()}`;
}

function row({ createdAt, mode, isActive, username, courseId }: Enrollment): Record<string, unknown> {
  return { created: microseconds(createdAt), mode, is_active: isActive, user: username, course_id: courseId };
}
