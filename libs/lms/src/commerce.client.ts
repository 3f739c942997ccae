import { Inject, Injectable } from '@nestjs/common';
import { assertNoModes, saysNoModes } from './commerce.absence.js';
import type { LmsCourse, UnreadableCourse } from './commerce.course.js';
import { readList } from './commerce.list.js';
import { assertTold, publicationBody } from './commerce.publication.js';
import { courseOf, readAnswer } from './commerce.reading.js';
import { LmsClient } from './lms.client.js';
import { LmsCredentialsMissingError } from './lms.errors.js';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';
import type { LmsCall } from './lms.request.js';
import { LmsSession } from './lms.session.js';

const COURSES = '/api/commerce/v1/courses/';
const CREDIT_COURSES = '/api/credit/v1/courses/';

/** The bounds of reading the whole list, and who is told of what cannot be read. */
export interface LmsListCall extends LmsCall {
  /** The longest silence: until the answer begins, and between its parts. The time in which the caller works on a course does not count. */
  readonly timeoutMs: number;
  /** Told of every course that is left out because it cannot be read. What it throws ends the list. */
  readonly onUnreadable: (course: UnreadableCourse) => void;
}

/**
 * What the LMS knows of prices: the modes of a course run, and whether it gives credit.
 *
 * Every call may be repeated, and ends in a `LmsRefusedError` or a `LmsUnansweredError` when it does not succeed. `timeoutMs` bounds all of it
 * (each of the two calls of `find`): getting a token as well, and doing so again when the LMS no longer takes the one we have.
 */
@Injectable()
export class CommerceClient {
  constructor(
    private readonly session: LmsSession,
    private readonly lms: LmsClient,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {}

  /**
   * The course's modes at the LMS, or null when it has none there (also when the LMS does not know the course). That is asked for twice, in two ways, so
   * `timeoutMs` bounds each of two calls, and `onCall` is told of both.
   */
  async find(courseId: string, call: LmsCall): Promise<LmsCourse | null> {
    try {
      return courseOf(readAnswer(await this.session.send({ method: 'GET', path: pathOf(COURSES, courseId) }, call), courseId));
    } catch (error) {
      if (!saysNoModes(error)) throw error;
    }
    await assertNoModes(this.lms, courseId, call);
    return null;
  }

  /**
   * Replaces all modes of the course at the LMS, except `masters`, and its verification deadline; null removes that. The name is not changed.
   *
   * @returns the course as the LMS has it now.
   * @throws {LmsDiffersError} when the LMS says yes and has something else than it was told.
   */
  async publish(course: LmsCourse, call: LmsCall): Promise<LmsCourse> {
    const text = await this.session.send({ method: 'PUT', path: pathOf(COURSES, course.id), body: publicationBody(course) }, call);
    return assertTold(courseOf(readAnswer(text, course.id)), course);
  }

  /** Lets a course give credit, which the LMS wants before it is told of a mode `credit`. @throws {LmsCredentialsMissingError} */
  async enableCredit(courseId: string, call: LmsCall): Promise<void> {
    this.assertUser('Switching credit on');
    await this.session.send({ method: 'PUT', path: pathOf(CREDIT_COURSES, courseId), body: { course_key: courseId, enabled: true } }, call);
  }

  /**
   * Every course with modes, while the answer arrives: a few at a time are in memory, however many there are. A list that ends in an error has
   * yielded a part of them. Leaving the loop ends the call.
   *
   * @throws {LmsCredentialsMissingError}
   */
  async *list(call: LmsListCall): AsyncGenerator<LmsCourse> {
    this.assertUser('The list of courses');
    yield* readList(this.session.read({ method: 'GET', path: COURSES }, call), call.onUnreadable);
  }

  private assertUser(what: string): void {
    if (!this.options.oauth) throw new LmsCredentialsMissingError(what);
  }
}

function pathOf(collection: string, courseId: string): string {
  return `${collection}${encodeURIComponent(courseId)}/`;
}
