import { Inject, Injectable, Logger } from '@nestjs/common';
import { CourseReader } from '../courses/course-reader.service.js';
import { CoursePublishing } from './course-publishing.service.js';
import type { PublicationClaim } from './publication-claims.service.js';
import { publicationFailure, type PublicationEnd } from './publication.end.js';
import { PUBLICATION_OPTIONS, type PublicationOptions } from './publication.options.js';
import { TimedCalls } from './timed-calls.js';

/** One attempt of a claim's holder, from the course as it is now to what the LMS says. */
@Injectable()
export class PublicationAttempts {
  private readonly logger = new Logger(PublicationAttempts.name);

  constructor(
    private readonly courses: CourseReader,
    private readonly publishing: CoursePublishing,
    @Inject(PUBLICATION_OPTIONS) private readonly options: PublicationOptions,
  ) {}

  /** The course is read after it was claimed: what was changed until then is in it, and what is changed later asks for a publication of its own. */
  async publish(claim: PublicationClaim): Promise<{ end: PublicationEnd; calls: number }> {
    const { courseId, lostLeases, removableModes, leaseEndsAtMs } = claim;
    if (lostLeases >= this.options.maxLostLeases) return { end: this.endOfLost(claim), calls: 0 };
    const [course] = await this.courses.byIds([courseId]);
    if (!course) return { end: publicationFailure({ kind: 'unknown', detail: 'The catalog has no such course.' }), calls: 0 };
    const calls = new TimedCalls(this.options.timeoutMs, leaseEndsAtMs);
    try {
      const end = await this.publishing.publish(course, removableModes, calls);
      return { end, calls: calls.count };
    } finally {
      calls.end();
    }
  }

  /** Another call could take this process as well. */
  private endOfLost({ courseId, lostLeases }: PublicationClaim): PublicationEnd {
    this.logger.error(`Publication of ${courseId}: ${lostLeases} holders in a row were lost with it. It is not tried again by itself.`);
    return publicationFailure({ kind: 'unknown', detail: `${lostLeases} holders in a row were lost while they published it, so it is not tried again by itself. It may have arrived.` });
  }
}
