import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DependencyLimits, type Refusal, type Report } from '#limits';
import type { PublicationEnd } from './publication.end.js';
import { PUBLICATION_OPTIONS, type PublicationOptions } from './publication.options.js';

/** The LMS, which enrollments need as well, with its rate. */
const LMS = 'lms';
/** The LMS as publications alone call it: credentials that it does not take here, and a user who is too quick, must not stop enrollments. */
export const LMS_COMMERCE = 'lms-commerce';

/** Leave to publish, which is behind everybody who buys. Both names are asked, so that an operator may pause either. */
@Injectable()
export class PublicationGate {
  constructor(
    private readonly limits: DependencyLimits,
    @Inject(PUBLICATION_OPTIONS) private readonly options: PublicationOptions,
  ) {}

  /** Whether there would be no leave now. At most a second old. */
  async isBlocked(): Promise<boolean> {
    const blocked = await this.limits.blocked();
    return blocked.has(LMS) || blocked.has(LMS_COMMERCE);
  }

  /** Null: leave for one course, which is to be reported or given back. Waits a little where only the rate is used up. */
  async ask(): Promise<Refusal | null> {
    const refusal = await this.askFor(LMS_COMMERCE);
    if (refusal) return refusal;
    const lmsRefusal = await this.askFor(LMS);
    if (lmsRefusal) await this.limits.report(LMS_COMMERCE, 'backlog', 0, { outcome: 'not_called' });
    return lmsRefusal;
  }

  /** What came of it, and how many calls it took. Never throws. */
  async report(end: PublicationEnd, calls: number): Promise<void> {
    const { lms, commerce } = reportsOf(end, calls);
    await this.limits.report(LMS, 'backlog', calls, lms);
    await this.limits.report(LMS_COMMERCE, 'backlog', calls, commerce);
  }

  /** No call was made after all. Never throws. */
  async giveBack(): Promise<void> {
    for (const name of [LMS, LMS_COMMERCE]) await this.limits.report(name, 'backlog', 0, { outcome: 'not_called' });
  }

  private async askFor(dependency: string): Promise<Refusal | null> {
    let leftMs = this.options.waitForLeaveMs;
    for (;;) {
      const { refusal } = await this.limits.ask(dependency, 'backlog');
      if (refusal?.cause !== 'rate' || refusal.retryInMs > leftMs) return refusal;
      leftMs -= refusal.retryInMs;
      await sleep(refusal.retryInMs);
    }
  }
}

/** What a publication tells about the LMS, and about its way for publications. */
export function reportsOf(end: PublicationEnd, calls: number): { lms: Report; commerce: Report } {
  if (calls === 0) return both({ outcome: 'not_called' });
  if (end.result !== 'failed') return both({ outcome: 'answered' });
  const { kind, everywhere, retryAfterMs } = end;
  if (kind === 'unknown') return both({ outcome: 'not_called' });
  if (kind === 'network' || kind === 'timeout' || kind === 'server') return both({ outcome: 'failed', kind, everywhere: false });
  if (kind === 'throttled') return { lms: { outcome: 'answered' }, commerce: { outcome: 'throttled', retryAfterMs } };
  return { lms: { outcome: 'answered' }, commerce: everywhere ? { outcome: 'failed', kind: 'configuration', everywhere } : { outcome: 'answered' } };
}

function both(report: Report): { lms: Report; commerce: Report } {
  return { lms: report, commerce: report };
}
