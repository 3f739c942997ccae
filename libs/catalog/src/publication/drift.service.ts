import { Injectable } from '@nestjs/common';
import { CommerceClient, type LmsCall, type LmsCourse, type UnreadableCourse } from '#lms';
import { CatalogDatabase } from '../catalog.database.js';
import { CourseReader } from '../courses/course-reader.service.js';
import type { Course } from '../courses/course.js';
import { differences } from './course-differences.js';
import { DRIFT_STANDINGS, DRIFT_START, type DriftStandingRow, type DriftStartRow } from './drift.statements.js';
import { emptySummary, type DriftSummary, type DriftWatch, type DriftingCourse } from './drift.js';

const CHUNK = 500;
/** So many of a kind are named. */
const NAMED = 20;

interface Run {
  readonly watch: DriftWatch;
  readonly summary: DriftSummary;
  /** By the database's clock. */
  readonly startedAt: Date;
}

interface Pair {
  readonly course: Course;
  readonly lms: LmsCourse | null;
}

/** Compares the catalog with the LMS, and changes neither. */
@Injectable()
export class CatalogDrift {
  constructor(
    private readonly database: CatalogDatabase,
    private readonly courses: CourseReader,
    private readonly commerce: CommerceClient,
  ) {}

  /**
   * Every course, while the LMS's list arrives: of the courses that were compared only their ids are kept. What was found before an error was told.
   *
   * @throws {LmsCredentialsMissingError | LmsRefusedError | LmsUnansweredError}
   */
  async compareAll(watch: DriftWatch): Promise<DriftSummary> {
    const { run, expected } = await this.start(watch);
    const atLms = new Set<string>();
    const onUnreadable = (course: UnreadableCourse) => {
      if (course.id !== null) atLms.add(course.id);
      noteUnreadable(run.summary, course);
    };
    for await (const chunk of chunksOf(this.commerce.list({ ...callOf(watch), onUnreadable }))) {
      chunk.forEach(({ id }) => atLms.add(id));
      await this.compareChunk(run, chunk);
      watch.onProgress(atLms.size, expected);
    }
    await this.findLacking(run, atLms);
    return run.summary;
  }

  /** One course, or null when neither the catalog nor the LMS has it. @throws {LmsRefusedError | LmsUnansweredError} */
  async compareOne(courseId: string, watch: DriftWatch): Promise<DriftSummary | null> {
    const { run } = await this.start(watch);
    const lms = await this.commerce.find(courseId, callOf(watch));
    if (lms !== null) await this.compareChunk(run, [lms]);
    else {
      const found = await this.courses.byIds([courseId]);
      if (found.length === 0) return null;
      await this.judge(run, found.map((course) => ({ course, lms })));
    }
    return run.summary;
  }

  private async start(watch: DriftWatch): Promise<{ run: Run; expected: number }> {
    const [row] = await this.database.prepared<DriftStartRow>(DRIFT_START, []);
    if (!row) throw new Error('The database tells no time.');
    return { run: { watch, summary: emptySummary(), startedAt: row.started_at }, expected: row.courses };
  }

  private async compareChunk(run: Run, chunk: readonly LmsCourse[]): Promise<void> {
    const ours = new Map((await this.courses.byIds(chunk.map(({ id }) => id))).map((course) => [course.id, course]));
    const pairs = chunk.flatMap((lms) => {
      const course = ours.get(lms.id);
      if (course === undefined) noteOnlyAtLms(run.summary, lms.id);
      return course === undefined ? [] : [{ course, lms }];
    });
    run.summary.compared += pairs.length;
    await this.judge(run, pairs);
  }

  /** Courses that are sold here and that the LMS did not list. */
  private async findLacking(run: Run, atLms: ReadonlySet<string>): Promise<void> {
    let afterId: string | null = null;
    do {
      run.watch.signal.throwIfAborted();
      const page: Awaited<ReturnType<CourseReader['list']>> = await this.courses.list({}, CHUNK, afterId);
      await this.judge(run, page.courses.filter(({ id }) => !atLms.has(id)).map((course) => ({ course, lms: null })));
      afterId = page.nextAfterId;
    } while (afterId !== null);
  }

  private async judge({ watch, summary, startedAt }: Run, pairs: readonly Pair[]): Promise<void> {
    const found = pairs.map(({ course, lms }) => ({ course, differences: differences(course, lms) })).filter((candidate) => candidate.differences.length > 0);
    if (found.length === 0) return;
    const rows = await this.database.prepared<DriftStandingRow>(DRIFT_STANDINGS, [found.map(({ course }) => course.id), startedAt]);
    const standings = new Map(rows.map((row) => [row.course_id, row]));
    // The LMS wrote its list when we began, or after that: what has changed since may have been read in two states.
    const isLater = ({ id, updatedAt }: Course) => updatedAt >= startedAt || standings.get(id)?.is_later === true;
    const drifting: DriftingCourse[] = found.filter(({ course }) => !isLater(course)).map(({ course: { id }, differences }) => ({ id, differences, publication: standings.get(id)?.status ?? null }));
    summary.drifting += drifting.length;
    summary.changedMeanwhile += found.length - drifting.length;
    if (drifting.length > 0) await watch.onDrift(drifting);
  }
}

function callOf({ timeoutMs, signal }: DriftWatch): LmsCall {
  return { timeoutMs, signal };
}

function noteOnlyAtLms(summary: DriftSummary, id: string): void {
  summary.onlyAtLms += 1;
  if (summary.onlyAtLmsIds.length < NAMED) summary.onlyAtLmsIds.push(id);
}

function noteUnreadable(summary: DriftSummary, course: UnreadableCourse): void {
  summary.unreadable += 1;
  if (summary.unreadableCourses.length < NAMED) summary.unreadableCourses.push(course);
}

async function* chunksOf(courses: AsyncIterable<LmsCourse>): AsyncGenerator<LmsCourse[]> {
  let chunk: LmsCourse[] = [];
  for await (const course of courses) {
    chunk.push(course);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
