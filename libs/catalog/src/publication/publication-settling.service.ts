import { Inject, Injectable, Logger } from '@nestjs/common';
import { PublicationClaims, type PublicationClaim, type PublicationRetryTime } from './publication-claims.service.js';
import type { PublicationEnd } from './publication.end.js';
import { PUBLICATION_RETRY, WAKE_PUBLICATIONS, type PublicationRetry, type WakePublications } from './publication.ports.js';

/** A wake-up that comes a moment before the database's clock says so would find nothing to do. */
const WAKE_MARGIN_MS = 50;

/** Writes down what came of a claim, and has the course looked at again when it is due. */
@Injectable()
export class PublicationSettling {
  private readonly logger = new Logger(PublicationSettling.name);

  constructor(
    private readonly claims: PublicationClaims,
    @Inject(PUBLICATION_RETRY) private readonly retry: PublicationRetry,
    @Inject(WAKE_PUBLICATIONS) private readonly wake: WakePublications,
  ) {}

  async settle(claim: PublicationClaim, end: PublicationEnd): Promise<void> {
    const { courseId, claimId } = claim;
    const settled = await this.claims.settle(claim, end, this.retryTime(claim, end));
    if (!settled) return this.logger.warn(`Publication of ${courseId}: its lease ran out before it was settled. Whoever took it over looks again.`);
    if (settled.dueInMs !== null) this.wake([{ courseId, key: claimId, inMs: Math.max(0, settled.dueInMs) + WAKE_MARGIN_MS }]);
  }

  private retryTime({ tries }: PublicationClaim, end: PublicationEnd): PublicationRetryTime {
    if (end.result !== 'failed' || !end.passing) return null;
    const { kind, httpStatus, retryAfterMs } = end;
    return this.retry({ kind, httpStatus, retryAfterMs, tries });
  }
}
