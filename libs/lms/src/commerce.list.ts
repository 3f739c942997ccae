import { JSONParser } from '@streamparser/json';
import type { LmsCourse, UnreadableCourse } from './commerce.course.js';
import { courseOf, readListed } from './commerce.reading.js';
import { unreadable } from './lms.unanswered.js';

/** Far more than a course needs; nothing more than this is ever kept. */
const MAX_COURSE_BYTES = 256 * 1024;
const FIRST_CHARACTER = /[^ \t\r\n]/;

/** The courses of the LMS's list, while its bytes arrive. @throws {LmsUnansweredError} when they are no list. */
export async function* readList(chunks: AsyncIterable<Buffer>, onUnreadable: (course: UnreadableCourse) => void): AsyncGenerator<LmsCourse> {
  for await (const element of elementsOf(chunks)) {
    const reading = readListed(element);
    if (reading.success) yield courseOf(reading.data);
    else onUnreadable({ id: idOf(element), detail: reading.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') });
  }
}

async function* elementsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const found: unknown[] = [];
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  parser.onValue = ({ value }) => void found.push(value);
  let isArray = false;
  let bytesSinceLast = 0;
  for await (const chunk of chunks) {
    isArray ||= beginsArray(chunk);
    reading(() => parser.write(chunk));
    bytesSinceLast = found.length > 0 ? 0 : bytesSinceLast + chunk.length;
    if (bytesSinceLast > MAX_COURSE_BYTES) throw noList();
    yield* found.splice(0);
  }
  if (!isArray || !parser.isEnded) throw noList();
}

/** The parser would take the fields of an object for elements as well. False as long as nothing has come but blanks. */
function beginsArray(chunk: Buffer): boolean {
  const first = FIRST_CHARACTER.exec(chunk.toString('latin1'))?.[0];
  if (first !== undefined && first !== '[') throw noList();
  return first === '[';
}

function reading(parse: () => void): void {
  try {
    parse();
  } catch {
    // The parser's error names what it stumbled over, which is the LMS's and may be anything.
    throw noList();
  }
}

function noList() {
  return unreadable('The LMS answered 200 with a body that is no list of courses, or only the beginning of one.');
}

function idOf(element: unknown): string | null {
  const id: unknown = typeof element === 'object' && element !== null && 'id' in element ? element.id : null;
  return typeof id === 'string' ? id.slice(0, 255) : null;
}
