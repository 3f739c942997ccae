import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { CLAIM, FIND_DUE, SETTLE, type ClaimRow, type DueRow, type SettledRow } from './publication-claim.statements.js';
import { PUBLICATION_OPTIONS, type PublicationOptions } from './publication.options.js';
import type { PublicationEnd } from './publication.end.js';

/** A course that the holder of the claim, and nobody else, may publish until the lease runs out. */
export interface PublicationClaim {
  readonly courseId: string;
  readonly claimId: string;
  /** Changes and wishes up to the claim: whoever settles with an older number makes the course due again. */
  readonly requests: string;
  /** Since the newest request, this one included. */
  readonly tries: number;
  /** Holders in a row, up to now, that never said what came of it. */
  readonly lostLeases: number;
  /** How often the LMS has shown another course than it was told, since something new was wanted. */
  readonly differed: number;
  readonly removableModes: readonly string[];
  /** By this process's monotonic clock: a little before the lease ends in the database. */
  readonly leaseEndsAtMs: number;
}

/** When a failure is tried again; null: it waits for a change or an operator. */
export type PublicationRetryTime = { readonly inMs: number; readonly costsAttempt: boolean } | null;

/** Due publications, and claims of them. */
@Injectable()
export class PublicationClaims {
  constructor(
    private readonly database: CatalogDatabase,
    @Inject(PUBLICATION_OPTIONS) private readonly options: PublicationOptions,
  ) {}

  /** Oldest first. Never locks, never claims: any number of replicas may ask at once. */
  async find(limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    const rows = await this.database.prepared<DueRow>(FIND_DUE, [limit]);
    return rows.map(({ course_id: id, due_at: dueAt, alone }) => ({ id, dueAt, alone }));
  }

  /**
   * Never waits.
   *
   * @param alone whether the caller runs nothing else in its process meanwhile.
   * @returns `undefined` when it is not due (any more), or claimed by somebody else.
   */
  async claim(courseId: string, alone: boolean): Promise<PublicationClaim | undefined> {
    const { leaseMs } = this.options;
    const leaseEndsAtMs = performance.now() + leaseMs;
    const [row] = await this.database.prepared<ClaimRow>(CLAIM, [courseId, leaseMs, alone, this.lateMs]);
    if (!row) return undefined;
    return { courseId, claimId: row.claim_id, requests: row.requests, tries: row.tries, lostLeases: row.lost_leases, differed: row.differed, removableModes: row.removable_modes, leaseEndsAtMs };
  }

  /**
   * Writes down what came of a claim; `null` where it was lost and nothing but its attempt is changed.
   *
   * @param retry of a failure.
   */
  async settle(claim: PublicationClaim, end: PublicationEnd, retry: PublicationRetryTime): Promise<{ dueInMs: number | null } | null> {
    const [row] = await this.database.prepared<SettledRow>(SETTLE, this.settleValues(claim, end, retry));
    return row ? { dueInMs: row.due_in_ms } : null;
  }

  /** For so long a call that nobody awaits any more may still take effect at the LMS. */
  private get lateMs(): number {
    return this.options.leaseMs;
  }

  private settleValues({ courseId, claimId, requests, tries, removableModes, differed }: PublicationClaim, end: PublicationEnd, retry: PublicationRetryTime): unknown[] {
    const failure = end.result === 'failed' ? end : null;
    const isDone = end.result === 'published' || end.result === 'unchanged';
    return [
      courseId, claimId, requests, statusAfter(end, retry), retry?.inMs ?? null, retry?.costsAttempt === false ? tries - 1 : tries,
      failure?.kind ?? null, failure?.detail ?? null, failure?.httpStatus ?? null,
      end.result === 'confirm_required' ? JSON.stringify(end.extraModes) : null,
      isDone ? end.version : null, failure?.mayArrive === true ? this.lateMs : null,
      failure?.mayArrive === true ? 'unknown' : end.result, failure ? null : versionOf(end),
      'removedModes' in end ? end.removedModes : [],
      removableModes, failure ? differed + (failure.differs ? 1 : 0) : 0,
    ];
  }
}

function statusAfter({ result }: PublicationEnd, retry: PublicationRetryTime): string {
  if (result === 'failed') return retry ? 'waiting' : 'failed';
  return result === 'confirm_required' ? result : 'published';
}

function versionOf(end: PublicationEnd): number | null {
  return 'version' in end ? end.version : null;
}
