import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from './orders.database.js';
import { IdempotencyKeyReusedError } from './orders.errors.js';
import { failureOf, operation } from './resubmission-rows.js';
import type { BoundedCount, ResubmissionOperation, ResubmissionPreview } from './resubmission.js';
import { ConfirmRequiredError, NothingMatchesError, TooManyLinesError } from './resubmission.errors.js';
import { isEmptyFilter, type ResubmissionFilter } from './resubmission-filter.js';
import { countStatement, createStatement, sampleStatement, type CreatedRow, type SampleRow } from './statements/resubmission-match.statement.js';
import { FIND_OPERATION_BY_KEY, type OperationRow } from './statements/resubmission.statement.js';
import { unnamed } from './statements/unnamed.js';

const EXACT_TO = 100_000;
const SAMPLE_SIZE = 20;
const MAX_LINES = 1_000_000;

export interface NewResubmission {
  readonly filter: ResubmissionFilter;
  readonly actor: string;
  readonly reason: string;
  /** Deliver by the products' details of today, not by those that were sold. */
  readonly refreshDetails: boolean;
  /** That an empty filter is meant. */
  readonly confirm: boolean;
  /** One key of an actor, one operation. */
  readonly idempotencyKey: string;
  /** The same for requests that ask the same. */
  readonly fingerprint: string;
}

/** Sends many lines again by a filter: tells which, and writes them down as an operation. Its turns are worked off by the scheduler. */
@Injectable()
export class Resubmissions {
  constructor(private readonly database: OrdersDatabase) {}

  /** What an operation with this filter would send now. Exact to 100,000 lines; a million are not counted to the end. */
  async preview(filter: ResubmissionFilter): Promise<ResubmissionPreview> {
    const counting = countStatement(filter, EXACT_TO);
    const sampling = sampleStatement(filter, SAMPLE_SIZE);
    const [counted] = await this.database.run<{ matching: number; held: number }>(unnamed(counting.sql), counting.values);
    const sample = await this.database.run<SampleRow>(unnamed(sampling.sql), sampling.values);
    return {
      matches: bounded(counted?.matching),
      held: bounded(counted?.held),
      sample: sample.map((row) => ({
        orderNumber: row.number,
        lineId: row.id,
        sku: row.sku,
        productType: row.product_type,
        courseId: row.course_id,
        status: row.status === 'open' ? 'waiting' : 'failed',
        failure: failureOf(row),
        paidAt: row.paid_at,
      })),
    };
  }

  /**
   * Writes an operation and its lines, all or nothing. Two requests with one key at the same moment make one operation.
   *
   * @returns the operation, and whether the key had it already.
   * @throws {IdempotencyKeyReusedError | ConfirmRequiredError | NothingMatchesError | TooManyLinesError} nothing was written.
   */
  async create(wanted: NewResubmission): Promise<{ operation: ResubmissionOperation; replayed: boolean }> {
    const earlier = await this.byKey(wanted);
    if (earlier) return { operation: earlier, replayed: true };
    if (isEmptyFilter(wanted.filter) && !wanted.confirm) throw new ConfirmRequiredError();
    const { sql, values } = createStatement(wanted.filter, MAX_LINES, { id: randomUUIDv7(), ...wanted });
    const [row] = await this.database.run<CreatedRow>(unnamed(sql), values);
    // A row without an operation may also mean that the same request was quicker, and that its lines match no more.
    const found = await this.byKey(wanted);
    if (found) return { operation: found, replayed: row?.created !== true };
    throw row && row.matching > MAX_LINES ? new TooManyLinesError(MAX_LINES) : new NothingMatchesError();
  }

  private async byKey({ actor, idempotencyKey, fingerprint }: NewResubmission): Promise<ResubmissionOperation | undefined> {
    const [row] = await this.database.run<OperationRow>(FIND_OPERATION_BY_KEY, [actor, idempotencyKey]);
    if (row && row.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError();
    return row && operation(row);
  }
}

/** Counted to one more than is told. */
function bounded(counted = 0): BoundedCount {
  return { count: Math.min(counted, EXACT_TO), atLeast: counted > EXACT_TO };
}
