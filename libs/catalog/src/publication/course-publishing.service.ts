import { Injectable, Logger } from '@nestjs/common';
import { CommerceClient, type LmsCourse } from '#lms';
import type { Course } from '../courses/course.js';
import { differences, type CourseDifference } from './course-differences.js';
import { lmsFailure, type CallPurpose } from './lms-answer.failure.js';
import { lmsCourseOf } from './lms-course.js';
import { publicationFailure, type PublicationEnd, type PublicationFailure } from './publication.end.js';
import type { TimedCalls } from './timed-calls.js';

const CREDIT = 'credit';

/** Makes the LMS's modes of one course those of the catalog. No transaction is open while it does. */
@Injectable()
export class CoursePublishing {
  private readonly logger = new Logger(CoursePublishing.name);

  constructor(private readonly commerce: CommerceClient) {}

  /**
   * Looks first, and writes only what differs. Never throws.
   *
   * @param removable modes that may be removed from the LMS: anything else that only the LMS has stops it.
   */
  async publish(course: Course, removable: readonly string[], calls: TimedCalls): Promise<PublicationEnd> {
    const ours = lmsCourseOf(course);
    const broken = ours.modes.find(({ price }) => !Number.isInteger(price));
    if (broken) return publicationFailure({ kind: 'configuration', detail: `The price of the mode ${broken.slug} is not in whole units of ${broken.currency}: the LMS knows no smaller ones. Change it.` });
    let purpose: CallPurpose = 'prepare';
    let removedModes: string[] = [];
    try {
      // The LMS wants it before a mode of this name, and may have lost it since.
      if (ours.modes.some(({ slug }) => slug === CREDIT)) await this.commerce.enableCredit(course.id, calls.next());
      const { end, removes } = judge(course, await this.commerce.find(course.id, calls.next()), removable);
      if (end) return end;
      removedModes = removes;
      purpose = 'publish';
      await this.commerce.publish(ours, calls.next());
      return { result: 'published', version: course.version, removedModes };
    } catch (thrown) {
      const failure = lmsFailure(thrown, purpose) ?? this.breakdown(course.id, thrown);
      return failure.mayArrive ? { ...failure, removedModes } : failure;
    }
  }

  private breakdown(courseId: string, thrown: unknown): PublicationFailure {
    this.logger.error(`The publication of ${courseId} broke down.`, thrown instanceof Error ? thrown.stack : String(thrown));
    return publicationFailure({ kind: 'unknown', detail: 'The publication broke down: the log says more.' });
  }
}

/** What is to be done about what the LMS has: nothing (and why), or a publication that removes these modes. */
function judge(course: Course, atLms: LmsCourse | null, removable: readonly string[]): { end?: PublicationEnd; removes: string[] } {
  const { version } = course;
  const found = differences(course, atLms);
  const extra = found.filter(isOnlyAtLms);
  // With those that were confirmed: a confirmation counts for one publication, so the next one names them all.
  const extraModes = extra.map(({ mode, price, currency }) => ({ mode, price, currency }));
  if (extra.some(({ mode }) => !removable.includes(mode))) return { end: { result: 'confirm_required', version, extraModes }, removes: [] };
  if (found.length === 0) return { end: { result: 'unchanged', version }, removes: [] };
  // A mode that is sold here stays there, whatever becomes of its twin in another currency.
  const sold = new Set(course.modes.map(({ mode }) => mode));
  return { removes: [...new Set(extra.map(({ mode }) => mode))].filter((mode) => !sold.has(mode)) };
}

function isOnlyAtLms(difference: CourseDifference): difference is Extract<CourseDifference, { kind: 'only_at_lms' }> {
  return difference.kind === 'only_at_lms';
}
