import { Inject, Injectable } from '@nestjs/common';
import { WAKE_PUBLICATIONS, type WakePublications } from './publication.ports.js';
import type { RequestedRow } from './publication.statements.js';

/** More than these are left to the sweep, which finds them anyway. */
const MOST_AT_ONCE = 100;

/** Tells the workers that there is something to publish. */
@Injectable()
export class PublicationWakeUps {
  constructor(@Inject(WAKE_PUBLICATIONS) private readonly wake: WakePublications) {}

  /** To be called after the commit of what wrote these rows. Never throws. */
  requested(rows: readonly RequestedRow[]): void {
    this.wakeFew(rows.map(({ course_id: courseId, requests }) => ({ courseId, key: `request-${requests}` })));
  }

  /** To be called after the commit that made these courses what they are. Never throws. */
  changed(courses: readonly { readonly id: string; readonly version: number }[]): void {
    this.wakeFew(courses.map(({ id: courseId, version }) => ({ courseId, key: `version-${version}` })));
  }

  private wakeFew(courses: readonly { courseId: string; key: string }[]): void {
    if (courses.length > 0 && courses.length <= MOST_AT_ONCE) this.wake(courses.map((course) => ({ ...course, inMs: 0 })));
  }
}
