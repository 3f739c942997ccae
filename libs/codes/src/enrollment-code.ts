import type { CodeRow } from './codes.statements.js';

/** How a code stands. Redeemed goes before voided, and that before expired: what was redeemed in time stays redeemed. */
export type CodeStatus = 'issued' | 'redeemed' | 'voided' | 'expired';
export const CODE_STATUSES: readonly CodeStatus[] = ['issued', 'redeemed', 'voided', 'expired'];

/** A code that pays for one seat in a course run. Whoever knows it can redeem it: it belongs in no log and no message. */
export interface EnrollmentCode {
  readonly code: string;
  /** The line that it was sold by, and its place in it, from 1. */
  readonly lineId: string;
  readonly position: number;
  /** The order that it was sold by. */
  readonly orderNumber: string;
  readonly courseId: string;
  readonly mode: string;
  readonly status: CodeStatus;
  readonly issuedAt: Date;
  /** The first instant at which it can no longer be redeemed. */
  readonly expiresAt: Date;
  readonly redeemedAt: Date | null;
  /** The learner whom it enrolled. */
  readonly redeemedBy: string | null;
  /** The order that it was redeemed by. */
  readonly redemptionOrderNumber: string | null;
  readonly voidedAt: Date | null;
}

export function enrollmentCode(row: CodeRow): EnrollmentCode {
  return {
    code: row.code,
    lineId: row.line_id,
    position: row.position,
    orderNumber: row.order_number,
    courseId: row.course_id,
    mode: row.mode,
    status: statusOf(row),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    redeemedAt: row.redeemed_at,
    redeemedBy: row.redeemed_by,
    redemptionOrderNumber: row.redemption_order_number,
    voidedAt: row.voided_at,
  };
}

function statusOf({ redeemed_at, voided_at, expired }: CodeRow): CodeStatus {
  if (redeemed_at) return 'redeemed';
  if (voided_at) return 'voided';
  return expired ? 'expired' : 'issued';
}
