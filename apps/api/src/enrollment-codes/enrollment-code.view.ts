import type { EnrollmentCode } from '#codes';

/** A code as whoever bought it sees it, and staff. */
export function enrollmentCodeView({ code, status, courseId, mode, lineId, issuedAt, expiresAt, redeemedAt, redeemedBy, redemptionOrderNumber, voidedAt }: EnrollmentCode) {
  return {
    code,
    status,
    courseId,
    mode,
    lineId,
    issuedAt: issuedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    redeemedAt: redeemedAt?.toISOString() ?? null,
    redeemedBy,
    redemptionOrderNumber,
    voidedAt: voidedAt?.toISOString() ?? null,
  };
}
