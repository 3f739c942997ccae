import type { ExtraMode, PublicationFailureKind } from './publication.js';

/** Why a publication did not come about. */
export interface PublicationFailure {
  readonly result: 'failed';
  readonly kind: PublicationFailureKind;
  /** For operators: the LMS's own words where there are any. */
  readonly detail: string;
  readonly httpStatus: number | null;
  /** Worth trying again as it is. */
  readonly passing: boolean;
  /** The LMS said that it is done, and showed another course than it was told: tried again a few times only. */
  readonly differs: boolean;
  /** Whoever publishes will be refused. */
  readonly everywhere: boolean;
  readonly retryAfterMs: number | null;
  /** What was sent may still change the LMS's modes. */
  readonly mayArrive: boolean;
  /** Modes that the LMS loses if it arrives. */
  readonly removedModes: readonly string[];
}

/** What came of one look at the LMS. */
export type PublicationEnd =
  /** `version`: of the course that the LMS has now. `removedModes`: what it lost. */
  | { readonly result: 'published'; readonly version: number; readonly removedModes: readonly string[] }
  | { readonly result: 'unchanged'; readonly version: number }
  | { readonly result: 'confirm_required'; readonly version: number; readonly extraModes: readonly ExtraMode[] }
  | PublicationFailure;

/** A failure with what most have not. */
export function publicationFailure(facts: Pick<PublicationFailure, 'kind' | 'detail'> & Partial<PublicationFailure>): PublicationFailure {
  return { result: 'failed', httpStatus: null, passing: false, differs: false, everywhere: false, retryAfterMs: null, mayArrive: false, removedModes: [], ...facts };
}
