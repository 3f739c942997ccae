import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseNotFoundError } from '../courses/course.errors.js';
import { CourseReader } from '../courses/course-reader.service.js';
import {
  ATTEMPTS_OF, LIST_PUBLICATIONS, LIST_PUBLICATIONS_BY_STATUS, PUBLICATION_FIGURES, PUBLICATION_OF, REPUBLISH, REQUESTS_OF, type AttemptRow, type FiguresRow, type PublicationRow, type RequestRow,
} from './publication-list.statements.js';
import { attemptOf, publicationOf, requestOf } from './publication-rows.js';
import { PublicationWakeUps } from './publication-wake-ups.service.js';
import { NotOnlyAtLmsError, PublicationNotFoundError } from './publication.errors.js';
import type { Publication, PublicationDetail, PublicationStatus } from './publication.js';
import type { RequestedRow } from './publication.statements.js';

/** An operator, and why. */
export interface RepublishedBy {
  readonly actor: string;
  readonly reason: string;
}

/** Where a list of publications goes on. */
export interface PublicationPosition {
  /** To the microsecond, in RFC 3339. */
  readonly requestedAt: string;
  readonly courseId: string;
}

export interface PublicationPage {
  readonly publications: readonly Publication[];
  readonly next: PublicationPosition | null;
}

/** For the metrics. */
export interface PublicationFigures {
  readonly waiting: number;
  readonly failed: number;
  readonly confirmRequired: number;
  /** Age of the oldest that waits; 0 when none does. */
  readonly oldestWaitingSeconds: number;
}

const SHOWN = 20;
const FROM_THE_FIRST: PublicationPosition = { requestedAt: '-infinity', courseId: '' };

/** What the LMS shall know of each course, for operators. Whoever changes a course has it published by `REQUEST_PUBLICATION`. */
@Injectable()
export class Publications {
  constructor(
    private readonly database: CatalogDatabase,
    private readonly courses: CourseReader,
    private readonly wakeUps: PublicationWakeUps,
  ) {}

  /** Oldest requests first. */
  async list({ status }: { readonly status?: PublicationStatus | undefined }, limit: number, after: PublicationPosition | null): Promise<PublicationPage> {
    const { requestedAt, courseId } = after ?? FROM_THE_FIRST;
    const values = [limit + 1, requestedAt, courseId];
    const rows = await (status === undefined ? this.database.prepared<PublicationRow>(LIST_PUBLICATIONS, values) : this.database.prepared<PublicationRow>(LIST_PUBLICATIONS_BY_STATUS, [...values, status]));
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return { publications: rows.slice(0, limit).map(publicationOf), next: last ? { requestedAt: last.position, courseId: last.course_id } : null };
  }

  /** @throws {PublicationNotFoundError} */
  async get(courseId: string): Promise<PublicationDetail> {
    const publication = await this.find(courseId);
    if (!publication) throw new PublicationNotFoundError();
    const [attempts, requests] = await Promise.all([
      this.database.prepared<AttemptRow>(ATTEMPTS_OF, [courseId, SHOWN]),
      this.database.prepared<RequestRow>(REQUESTS_OF, [courseId, SHOWN]),
    ]);
    return { ...publication, attempts: attempts.map(attemptOf), requests: requests.map(requestOf) };
  }

  /**
   * Makes a course due now, also one that was never published. Who and why is kept.
   *
   * @param remove modes that the LMS alone has, and that it may lose: of those that it was seen to have. No other mode is removed.
   *   That counts until a publication ends: where the LMS refuses it, it is to be said again.
   * @throws {CourseNotFoundError | NotOnlyAtLmsError}
   */
  async republish(courseId: string, { actor, reason, remove = [] }: RepublishedBy & { readonly remove?: readonly string[] | undefined }): Promise<PublicationDetail> {
    const rows = await this.database.prepared<RequestedRow>(REPUBLISH, [[courseId], actor, reason, [...new Set(remove)]]);
    if (rows.length === 0) throw await this.refusal(courseId, remove);
    this.wakeUps.requested(rows);
    return this.get(courseId);
  }

  /** The same for many at once, in one statement. Modes that only the LMS has are removed nowhere. @returns how many exist, and are due now. */
  async republishMany(courseIds: readonly string[], { actor, reason }: RepublishedBy): Promise<number> {
    const rows = await this.database.prepared<RequestedRow>(REPUBLISH, [[...new Set(courseIds)], actor, reason, []]);
    this.wakeUps.requested(rows);
    return rows.length;
  }

  async figures(): Promise<PublicationFigures> {
    const [row] = await this.database.prepared<FiguresRow>(PUBLICATION_FIGURES, []);
    return { waiting: row?.waiting ?? 0, failed: row?.failed ?? 0, confirmRequired: row?.confirm_required ?? 0, oldestWaitingSeconds: row?.oldest_seconds ?? 0 };
  }

  private async find(courseId: string): Promise<Publication | undefined> {
    const [row] = await this.database.prepared<PublicationRow>(PUBLICATION_OF, [courseId]);
    return row && publicationOf(row);
  }

  private async refusal(courseId: string, remove: readonly string[]): Promise<Error> {
    const [course] = await this.courses.byIds([courseId]);
    if (!course) return new CourseNotFoundError();
    const shown = (await this.find(courseId))?.extraModes.map(({ mode }) => mode) ?? [];
    return new NotOnlyAtLmsError(remove.filter((mode) => !shown.includes(mode)), shown);
  }
}
