import type { InjectionToken } from '@nestjs/common';

/** What decides when a publication that failed in passing is tried again: it always is. */
export interface PublicationRetryFacts {
  readonly kind: string;
  readonly httpStatus: number | null;
  /** What the LMS asked for. */
  readonly retryAfterMs: number | null;
  /** Since the newest request, this one included. */
  readonly tries: number;
}

/** `costsAttempt`: whether the wait after the next failure is to be longer. */
export type PublicationRetry = (facts: PublicationRetryFacts) => { readonly inMs: number; readonly costsAttempt: boolean };

/** The way to the scheduler's policy, which an app binds. */
export const PUBLICATION_RETRY = Symbol('PUBLICATION_RETRY');

/** Whether something thrown says that the database cannot be reached or takes no work just now: the same may succeed in a moment. */
export type IsDatabaseAway = (thrown: unknown) => boolean;

/** The way to what knows the database's errors, which an app binds. */
export const IS_DATABASE_AWAY = Symbol('IS_DATABASE_AWAY');

export interface PublicationWakeUp {
  readonly courseId: string;
  /** Tells this wake-up from others of the same course. */
  readonly key: string;
  readonly inMs: number;
}

/** Has due publications looked at without waiting for the next sweep. Best effort: never throws, and nobody waits for it. */
export type WakePublications = (wakeUps: readonly PublicationWakeUp[]) => void;

/** The way to the scheduler's wake-ups, which an app binds. */
export const WAKE_PUBLICATIONS = Symbol('WAKE_PUBLICATIONS');

/** How an app makes what it binds. */
export interface BoundWakePublications {
  readonly inject: InjectionToken[];
  readonly useFactory: (...dependencies: never[]) => WakePublications;
}

/** Without a scheduler nobody is woken: the sweep of some other process finds what is due. */
export const NOBODY_WAKES: BoundWakePublications = { inject: [], useFactory: () => () => undefined };
