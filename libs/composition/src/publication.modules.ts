import type { DynamicModule } from '@nestjs/common';
import { PUBLICATIONS, PublicationModule, type PublicationRetry, type WakePublications } from '#catalog';
import type { WorkerConfig } from '#config';
import { isDatabaseAway } from '#orders';
import { WakeUps, nextAttempt } from '#scheduler';

/** What tells the LMS of the catalog, for the worker. @throws {PublicationLeaseTooShortError} */
export function publicationModule({ fulfillmentLeaseMs: leaseMs, lmsTimeoutMs: timeoutMs, maxLostLeases, retry }: WorkerConfig): DynamicModule {
  return PublicationModule.forRoot({ leaseMs, timeoutMs, maxLostLeases, retry: publicationRetry(retry), isDatabaseAway });
}

/** Publications are tried for ever: what a course costs must reach the LMS, however long that takes. Only what the LMS asks for is bounded by the age limit. */
export function publicationRetry(policy: WorkerConfig['retry'], random: () => number = Math.random): PublicationRetry {
  return ({ kind, retryAfterMs, tries }) => {
    const retry = nextAttempt({ ...policy, maxAttempts: null }, { kind, passing: true, retryAfterMs, tries, times: 1, ageMs: 0 }, random);
    return retry ?? { inMs: policy.maxDelayMs, costsAttempt: true };
  };
}

/** Binds the catalog's wake-ups to the scheduler's. */
export const WAKE_BY_SCHEDULER = {
  inject: [WakeUps],
  useFactory: (wakeUps: WakeUps): WakePublications => (due) => void wakeUps.schedule(due.map(({ courseId: id, key, inMs }) => ({ source: PUBLICATIONS, id, key, inMs }))),
};
