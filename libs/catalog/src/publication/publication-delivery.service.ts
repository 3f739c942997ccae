import { Injectable } from '@nestjs/common';
import { PublicationAttempts } from './publication-attempts.service.js';
import { PublicationClaims, type PublicationClaim } from './publication-claims.service.js';
import { PublicationGate } from './publication-gate.service.js';
import { PublicationSettling } from './publication-settling.service.js';

/** The name of this source of work: wake-ups are addressed to it. */
export const PUBLICATIONS = 'publications';

/** Courses of which the LMS does not know what the catalog says by now: a source of work for the scheduler. Its ids are course keys. */
@Injectable()
export class PublicationDelivery {
  readonly name = PUBLICATIONS;

  constructor(
    private readonly claims: PublicationClaims,
    private readonly gate: PublicationGate,
    private readonly attempts: PublicationAttempts,
    private readonly settling: PublicationSettling,
  ) {}

  /** Nothing while the LMS must not be called: what waits is claimed by nobody then, and spends no attempt. */
  async findDue(limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    return (await this.gate.isBlocked()) ? [] : this.claims.find(limit);
  }

  async perform({ id: courseId, alone }: { readonly id: string; readonly alone: boolean }): Promise<void> {
    if (await this.gate.ask()) return;
    const claim = await this.claimWithLeave(courseId, alone);
    if (claim) await this.settling.settle(claim, await this.publish(claim));
  }

  private async claimWithLeave(courseId: string, alone: boolean): Promise<PublicationClaim | undefined> {
    let claim: PublicationClaim | undefined;
    try {
      claim = await this.claims.claim(courseId, alone);
      return claim;
    } finally {
      if (!claim) await this.gate.giveBack();
    }
  }

  /** Whatever becomes of the attempt, its leave is reported once. */
  private async publish(claim: PublicationClaim) {
    try {
      const { end, calls } = await this.attempts.publish(claim);
      await this.gate.report(end, calls);
      return end;
    } catch (thrown) {
      await this.gate.giveBack();
      throw thrown;
    }
  }
}
