import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { PublicationWakeUps } from '../publication/publication-wake-ups.service.js';
import { isDeadlock, isSkuTaken } from '../write-conflicts.js';
import { CourseExistsError, CourseNotFoundError, CourseRefusedError, RemovalNotConfirmedError, StaleVersionError } from './course.errors.js';
import type { Course, CourseDraft } from './course.js';
import { CourseReader, type CourseFilter } from './course-reader.service.js';
import type { CourseState } from './course-state.js';
import { CourseWriter } from './course-writer.service.js';

export interface PutOptions {
  /** The version that was read, or `new`: there must be none. */
  readonly ifVersion: number | 'new';
  readonly actor: string;
  /** Whether modes may be withdrawn, here and at the LMS. */
  readonly confirmRemoval: boolean;
}

/** Courses as people edit them, one at a time. */
@Injectable()
export class CoursesService {
  constructor(
    private readonly database: CatalogDatabase,
    private readonly reader: CourseReader,
    private readonly writer: CourseWriter,
    private readonly wakeUps: PublicationWakeUps,
  ) {}

  async find(id: string): Promise<Course | null> {
    return (await this.reader.byIds([id]))[0] ?? null;
  }

  list(filter: CourseFilter, limit: number, afterId: string | null): Promise<{ courses: Course[]; nextAfterId: string | null }> {
    return this.reader.list(filter, limit, afterId);
  }

  /**
   * Makes the course what the draft says, as a whole or not at all, and has it published. What changes nothing is no new version.
   *
   * @throws {CourseRefusedError} naming everything that is wrong.
   * @throws {StaleVersionError | CourseExistsError | CourseNotFoundError} when it is not what the caller has read.
   * @throws {RemovalNotConfirmedError} when a mode is left out and that is not confirmed.
   */
  async put(draft: CourseDraft, options: PutOptions): Promise<Course> {
    try {
      await this.write(draft, options);
    } catch (error) {
      if (!isSkuTaken(error) && !isDeadlock(error)) throw error;
      // Somebody took one of the SKUs while we wrote, or waited for us as we for him: by now it can be named.
      await this.write(draft, options);
    }
    const course = await this.find(draft.id);
    if (!course) throw new CourseNotFoundError();
    this.wakeUps.changed([course]);
    return course;
  }

  /** Withdraws every mode, here and at the LMS. The course itself stays: orders and publications name it. */
  async remove(id: string, { ifVersion, actor }: { ifVersion: number; actor: string }): Promise<Course> {
    const course = await this.find(id);
    if (!course) throw new CourseNotFoundError();
    return this.put({ id, name: course.name, modes: [] }, { ifVersion, actor, confirmRemoval: true });
  }

  private write(draft: CourseDraft, { ifVersion, actor, confirmRemoval }: PutOptions): Promise<void> {
    return this.database.transaction(async (client) => {
      const [outcome] = await this.writer.write(client, [draft], {
        actor,
        replaceModes: true,
        acceptPast: false,
        publish: true,
        assertState: (state) => assertVersion(state, ifVersion),
        assertPlan: ({ removed }) => {
          if (removed.length > 0 && !confirmRemoval) throw new RemovalNotConfirmedError(removed);
        },
      });
      if (outcome?.result === 'refused') throw new CourseRefusedError(outcome.problems);
      return { result: undefined, end: 'commit' };
    });
  }
}

function assertVersion({ version }: CourseState, ifVersion: number | 'new'): void {
  if (ifVersion === 'new') {
    if (version > 0) throw new CourseExistsError();
    return;
  }
  if (version === 0) throw new CourseNotFoundError();
  if (version !== ifVersion) throw new StaleVersionError(version);
}
