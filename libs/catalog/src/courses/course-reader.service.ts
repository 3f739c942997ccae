import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { coursesOf } from './course-rows.js';
import { COURSES_BY_ID, LIST_COURSES, type CourseRow } from './course.statements.js';
import type { Course } from './course.js';

/** All that are given must hold. */
export interface CourseFilter {
  readonly partner?: string | undefined;
  /** Stands in the id or in the name, in either case. */
  readonly search?: string | undefined;
}

/** Reads courses with their modes: each answer from one snapshot. */
@Injectable()
export class CourseReader {
  constructor(private readonly database: CatalogDatabase) {}

  /** By id. What is unknown is not in the answer. */
  async byIds(ids: readonly string[]): Promise<Course[]> {
    if (ids.length === 0) return [];
    return coursesOf(await this.database.prepared<CourseRow>(COURSES_BY_ID, [ids]));
  }

  /** A page in the order of the ids. */
  async list({ partner, search }: CourseFilter, limit: number, afterId: string | null): Promise<{ courses: Course[]; nextAfterId: string | null }> {
    const courses = coursesOf(await this.database.prepared<CourseRow>(LIST_COURSES, [limit + 1, afterId, partner ?? null, search ?? null]));
    const page = courses.slice(0, limit);
    return { courses: page, nextAfterId: courses.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}
