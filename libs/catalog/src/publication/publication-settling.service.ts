import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { PublicationClaims, type PublicationClaim, type PublicationRetryTime } from './publication-claims.service.js';
import type { PublicationEnd } from './publication.end.js';
import { IS_DATABASE_AWAY, PUBLICATION_RETRY, WAKE_PUBLICATIONS, type IsDatabaseAway, type PublicationRetry, type WakePublications } from './publication.ports.js';

/** A wake-up that comes a moment before the database's clock says so would find nothing to do. */
const WAKE_MARGIN_MS = 50;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/** So often the LMS may show another course than it was told, before somebody has to look. */
const MOST_DIFFERING = 3;

/** Writes down what came of a claim, and has the course looked at again when it is due. */
@Injectable()
export class PublicationSettling {
  private readonly logger = new Logger(PublicationSettling.name);

  constructor(
    private readonly claims: PublicationClaims,
    @Inject(PUBLICATION_RETRY) private readonly retry: PublicationRetry,
    @Inject(WAKE_PUBLICATIONS) private readonly wake: WakePublications,
    @Inject(IS_DATABASE_AWAY) private readonly isDatabaseAway: IsDatabaseAway,
  ) {}

  async settle(claim: PublicationClaim, end: PublicationEnd): Promise<void> {
    const { courseId, claimId } = claim;
    const settled = await this.write(claim, end);
    if (!settled) return this.logger.warn(`Publication of ${courseId}: its claim was gone when it was settled. Its lease had run out, or a first try was written and not answered.`);
    if (settled.dueInMs !== null) this.wake([{ courseId, key: claimId, inMs: Math.max(0, settled.dueInMs) + WAKE_MARGIN_MS }]);
  }

  /** Tries again while the database is away, as long as the lease lives. A first try that was committed without an answer is harmless: the second finds its claim gone. */
  private async write(claim: PublicationClaim, end: PublicationEnd): Promise<{ dueInMs: number | null } | null> {
    const retry = this.retryTime(claim, end);
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await this.claims.settle(claim, end, retry);
      } catch (error) {
        if (!this.isDatabaseAway(error) || performance.now() + waitMs > claim.leaseEndsAtMs) throw this.reported(claim, error);
      }
      await sleep(waitMs);
    }
  }

  /** The attempt is on record as begun: whoever takes the course over after the lease looks at what the LMS has. */
  private reported({ courseId }: PublicationClaim, error: unknown): unknown {
    this.logger.error(`Publication of ${courseId}: what came of it could not be written. The LMS is looked at again when the lease is over.`);
    return error;
  }

  private retryTime({ tries, differed }: PublicationClaim, end: PublicationEnd): PublicationRetryTime {
    if (end.result !== 'failed' || !end.passing || (end.differs && differed + 1 >= MOST_DIFFERING)) return null;
    const { kind, httpStatus, retryAfterMs } = end;
    return this.retry({ kind, httpStatus, retryAfterMs, tries });
  }
}
