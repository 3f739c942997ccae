export const PUBLICATION_STATUSES = ['waiting', 'publishing', 'published', 'failed', 'confirm_required'] as const;

/**
 * `waiting`: tried by itself when it is due. `publishing`: somebody is at it. `failed`: waits for another change, or for an operator.
 * `confirm_required`: the LMS has modes that a publication would remove, and nobody has confirmed that.
 */
export type PublicationStatus = (typeof PUBLICATION_STATUSES)[number];

export const PUBLICATION_OUTCOMES = ['pending', 'published', 'unchanged', 'failed', 'unknown', 'confirm_required'] as const;

/** `unchanged`: the LMS had everything already. `unknown`: it may have arrived. */
export type PublicationOutcome = (typeof PUBLICATION_OUTCOMES)[number];

export const PUBLICATION_FAILURE_KINDS = ['configuration', 'network', 'timeout', 'server', 'rejected', 'throttled', 'unknown'] as const;
export type PublicationFailureKind = (typeof PUBLICATION_FAILURE_KINDS)[number];

/** A mode that only the LMS has. */
export interface ExtraMode {
  readonly mode: string;
  /** In whole major units. */
  readonly price: number;
  readonly currency: string;
}

/** How the LMS stands to what the catalog says of a course. */
export interface Publication {
  readonly courseId: string;
  readonly status: PublicationStatus;
  /** The course's version that is to be published, and the last one that was. */
  readonly wantedVersion: number;
  readonly publishedVersion: number | null;
  readonly publishedAt: Date | null;
  /** The newest change or wish, and whose it was. */
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly reason: string | null;
  /** Since when the LMS lacks something; null when it lacks nothing. */
  readonly waitingSince: Date | null;
  /** Null: not by itself. Of a published course: when it is looked at once more, because an old call may still arrive. */
  readonly nextAttemptAt: Date | null;
  /** Since the newest request. */
  readonly tries: number;
  readonly failure: { readonly kind: PublicationFailureKind; readonly detail: string; readonly httpStatus: number | null } | null;
  /** What the LMS had that a publication would remove, when it was last looked at and not all of it was confirmed. */
  readonly extraModes: readonly ExtraMode[];
  /** Confirmed for the next publication that comes to an end: published, refused, or in need of another confirmation. */
  readonly removableModes: readonly string[];
}

export interface PublicationAttempt {
  readonly version: number;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: PublicationOutcome;
  readonly httpStatus: number | null;
  readonly detail: string | null;
  /** Modes that the LMS lost with it. */
  readonly removedModes: readonly string[];
}

/** What an operator wanted, and why. */
export interface PublicationRequest {
  readonly at: Date;
  readonly actor: string;
  readonly reason: string;
  readonly removableModes: readonly string[];
}

/** With its newest attempts and operators' requests, newest first. */
export interface PublicationDetail extends Publication {
  readonly attempts: readonly PublicationAttempt[];
  readonly requests: readonly PublicationRequest[];
}
