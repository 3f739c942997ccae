import type { FailureKind } from './failure.js';
import type { Failure } from './order.snapshot.js';
import type { ResubmissionLine, ResubmissionOperation } from './resubmission.js';
import type { LineResultRow, OperationRow } from './statements/resubmission.statement.js';

export function operation(row: OperationRow): ResubmissionOperation {
  const { id, actor, reason, filter, refresh_details: refreshDetails, line_count: lineCount, created_at: createdAt } = row;
  return { id, actor, reason, filter, refreshDetails, lineCount, createdAt };
}

export function lineOf(row: LineResultRow): ResubmissionLine {
  return {
    lineId: row.line_id,
    orderNumber: row.number,
    learner: row.learner_username,
    sku: row.sku,
    productType: row.product_type,
    courseId: row.course_id,
    result: row.result,
    skipped: row.skipped,
    status: row.status,
    failure: failureOf(row),
    nextAttemptAt: row.next_attempt_at,
  };
}

export function failureOf({ failure_kind: kind, failure_detail: detail }: { readonly failure_kind: FailureKind | null; readonly failure_detail: string | null }): Pick<Failure, 'kind' | 'detail'> | null {
  return kind !== null && detail !== null ? { kind, detail } : null;
}
