import type { Failure } from './order.snapshot.js';
import type { LineResult, SkipReason } from './statements/resubmission.statement.js';
import type { LineStatus } from './transitions.js';

/** An operator's wish to have many lines sent again. It never changes; what came of it is derived from its lines. */
export interface ResubmissionOperation {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  /** As it was asked for; instants are RFC 3339 texts. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** Whether lines are delivered by their products' details of today. */
  readonly refreshDetails: boolean;
  readonly lineCount: number;
  readonly createdAt: Date;
}

/** How many lines have which result. */
export type ResubmissionProgress = Readonly<Record<LineResult, number>>;

export interface ResubmissionLine {
  readonly lineId: string;
  readonly orderNumber: string;
  readonly learner: string;
  readonly sku: string;
  readonly productType: string;
  readonly courseId: string | null;
  readonly result: LineResult;
  /** Why it was left alone, where it was. */
  readonly skipped: SkipReason | null;
  /** How the line stands now. */
  readonly status: LineStatus;
  readonly failure: Pick<Failure, 'kind' | 'detail'> | null;
  readonly nextAttemptAt: Date | null;
}

/** What a resubmission would send, told without sending it. */
export interface ResubmissionPreview {
  readonly matches: BoundedCount;
  /** Lines that are left out because an operator holds them. */
  readonly held: BoundedCount;
  readonly sample: readonly ResubmissionSample[];
}

/** Exact unless `atLeast`. */
export interface BoundedCount {
  readonly count: number;
  readonly atLeast: boolean;
}

export interface ResubmissionSample {
  readonly orderNumber: string;
  readonly lineId: string;
  readonly sku: string;
  readonly productType: string;
  readonly courseId: string | null;
  readonly status: 'waiting' | 'failed';
  readonly failure: Pick<Failure, 'kind' | 'detail'> | null;
  readonly paidAt: Date;
}
