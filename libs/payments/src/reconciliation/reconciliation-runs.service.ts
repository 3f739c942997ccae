import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import type { PaymentDifference, ReconciliationSummary } from './payment-difference.js';
import { CLAIM_RUN, FIND_DUE_RUNS, LIST_RUNS, RELEASE_RUN, RENEW_RUN, SEED_RUNS, SETTLE_RUN, type ClaimedRunRow, type RunRow } from './reconciliation-runs.statements.js';
import type { Span } from './reconciliation.reader.js';

/** So many differences of a run are kept; all are counted. */
export const MOST_KEPT = 100;
/** A gateway that is new is not compared at once: there is nothing yet. */
const FIRST_RUN_IN_MS = 60 * 60 * 1_000;
/** A run that did not reach its end is made again. */
const AGAIN_IN_MS = 60 * 60 * 1_000;

/** The reconciliations of one processor: when the next one is, and what came of the last. */
export interface ReconciliationRun {
  readonly processor: string;
  readonly nextRunAt: Date;
  /** For how long that is over, in seconds; 0: it is not. */
  readonly overdueSeconds: number;
  readonly isRunning: boolean;
  /** When one was last made to the end, and how long ago that is; null: none was. */
  readonly lastCompleteAt: Date | null;
  readonly secondsSinceComplete: number | null;
  /** Null: there was none yet. */
  readonly last: LastRun | null;
}

/** How the last run ended. What was counted and found, and in which window, is that of the last complete one where there was one. */
export interface LastRun extends ReconciliationSummary, Pick<Span, 'since' | 'until'> {
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** What is safe to repair was repaired. */
  readonly repaired: boolean;
  /** The first hundred. */
  readonly findings: readonly PaymentDifference[];
}

/** The run of a processor that its holder, and nobody else, makes until the lease runs out. */
export interface RunClaim {
  readonly processor: string;
  readonly claimId: string;
  /** By the database's clock. */
  readonly claimedAt: Date;
}

/** The scheduled reconciliations, a row a processor. */
@Injectable()
export class ReconciliationRuns {
  constructor(private readonly database: OrdersDatabase) {}

  /** Has each of these processors compared from now on. */
  async seed(processors: readonly string[]): Promise<void> {
    await this.database.run(SEED_RUNS, [processors, FIRST_RUN_IN_MS]);
  }

  /** Never locks, never claims: any number of replicas may ask at once. */
  async findDue(limit: number, processors: readonly string[]): Promise<{ readonly id: string; readonly dueAt: Date }[]> {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_DUE_RUNS, [limit, processors]);
    return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt }));
  }

  /** Never waits. @returns `undefined` when it is not due, or somebody else has it. */
  async claim(processor: string, leaseMs: number): Promise<RunClaim | undefined> {
    const [row] = await this.database.run<ClaimedRunRow>(CLAIM_RUN, [processor, leaseMs]);
    return row && { processor, claimId: row.claim_id, claimedAt: row.now };
  }

  /** @returns false when it is lost: somebody else makes the run. */
  async renew({ processor, claimId }: RunClaim, leaseMs: number): Promise<boolean> {
    return (await this.database.run(RENEW_RUN, [processor, claimId, leaseMs])).length > 0;
  }

  /** It is due again at once, for somebody else. */
  async release({ processor, claimId }: RunClaim): Promise<void> {
    await this.database.run(RELEASE_RUN, [processor, claimId]);
  }

  /** Changes nothing where the claim is lost. */
  async settle({ processor, claimId, claimedAt }: RunClaim, { since, until, repaired, findings, ...summary }: Omit<LastRun, 'startedAt' | 'endedAt'>): Promise<void> {
    const { end, listed, own, readBack, settled, differences, failure } = summary;
    const again = end === 'complete' ? Infinity : AGAIN_IN_MS;
    await this.database.run(SETTLE_RUN, [
      processor, claimId, claimedAt, since, Math.min(again, DAYS_MS), until, repaired, end, listed, own, readBack, settled,
      JSON.stringify(differences), JSON.stringify(findings.slice(0, MOST_KEPT)), failure?.kind ?? null, failure && failure.detail.replaceAll('\0', ''),
    ]);
  }

  /** By the name of the processor, also of those that the map no longer has. */
  async list(): Promise<ReconciliationRun[]> {
    return (await this.database.run<RunRow>(LIST_RUNS, [])).map(runOf);
  }
}

/** Longer than any wait for the next day. */
const DAYS_MS = 7 * 24 * 60 * 60 * 1_000;

function runOf(row: RunRow): ReconciliationRun {
  return { processor: row.processor, nextRunAt: row.next_run_at, overdueSeconds: row.overdue_seconds, isRunning: row.is_running, lastCompleteAt: row.last_complete_at, secondsSinceComplete: row.complete_seconds, last: lastOf(row) };
}

/** What is written of a run is written at once: all of it, or none. */
function lastOf({ started_at: startedAt, ended_at: endedAt, window_since: since, window_until: until, end, differences, failure_kind: kind, failure_detail: detail, ...row }: RunRow): LastRun | null {
  if (startedAt === null || endedAt === null || since === null || until === null || end === null || differences === null) return null;
  const { listed, own, read_back: readBack, settled, repaired, findings } = row;
  return {
    startedAt, endedAt, since, until, end, differences, listed: listed ?? 0, own: own ?? 0, readBack: readBack ?? 0, settled: settled ?? 0, repaired: repaired ?? false, findings: findings ?? [],
    failure: kind && detail !== null ? { kind, detail } : null,
  };
}
