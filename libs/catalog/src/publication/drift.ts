import type { UnreadableCourse } from '#lms';
import type { CourseDifference } from './course-differences.js';
import type { PublicationStatus } from './publication.js';

/** A course about which the LMS and the catalog do not agree. */
export interface DriftingCourse {
  readonly id: string;
  readonly differences: readonly CourseDifference[];
  /** Null: nobody has asked yet to have it published. */
  readonly publication: PublicationStatus | null;
}

/** How a comparison went, and who is told. */
export interface DriftWatch {
  /** The longest silence of the LMS. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told of what was found in each part of the list; the comparison goes on when it is done. */
  readonly onDrift: (courses: readonly DriftingCourse[]) => Promise<void>;
  /** `expected`: how many there may be; a guess. */
  readonly onProgress: (compared: number, expected: number) => void;
}

export interface DriftSummary {
  /** Courses that both have. */
  compared: number;
  drifting: number;
  /** Differed when they were compared, but were changed or published while that went on: the next run tells. */
  changedMeanwhile: number;
  /** Courses of the LMS that the catalog does not have: how many, and the first of them. */
  onlyAtLms: number;
  readonly onlyAtLmsIds: string[];
  /** Courses of the LMS that cannot be read and are compared with nothing: how many, and the first of them. */
  unreadable: number;
  readonly unreadableCourses: UnreadableCourse[];
}

export function emptySummary(): DriftSummary {
  return { compared: 0, drifting: 0, changedMeanwhile: 0, onlyAtLms: 0, onlyAtLmsIds: [], unreadable: 0, unreadableCourses: [] };
}
