import type { ClaimedLine, SettledLine } from '#orders';
import type { Verdict } from './verdict.js';

/** What a verdict means for the claimed line and its attempt. */
export function settledDelivery({ claimId, line, mayHaveArrived }: ClaimedLine, verdict: Verdict, durationMs: number): SettledLine {
  const ids = { lineId: line.id, claimId };
  switch (verdict.result) {
    case 'fulfilled':
      return {
        ...ids,
        settlement: { result: 'fulfilled', receipt: verdict.receipt.reference },
        attempt: { outcome: 'fulfilled', httpStatus: verdict.receipt.httpStatus ?? null, detail: null, durationMs },
        mayHaveArrived: false,
      };
    case 'accepted': {
      const { reference, verifyAfterMs, deadlineMs, httpStatus = null } = verdict.acceptance;
      const attempt = { outcome: 'accepted', httpStatus, detail: reference, durationMs } as const;
      return { ...ids, settlement: { result: 'accepted', reference, verifyAfterMs, deadlineMs }, attempt, mayHaveArrived: true };
    }
    case 'still_accepted': {
      // A look that tells nothing is one of many: its row goes. One that failed stays, to be seen.
      const { inMs, failure } = verdict;
      const attempt = failure && ({ outcome: 'unknown', httpStatus: failure.httpStatus, detail: failure.detail, durationMs } as const);
      return { ...ids, settlement: { result: 'still_accepted', inMs }, attempt, mayHaveArrived: true };
    }
    case 'failed': {
      const { kind, detail, httpStatus, passing } = verdict.failure;
      const reason = passing && verdict.retry === null ? { reason: 'Not tried again by itself: its time or its attempts are used up.' } : {};
      return {
        ...ids,
        settlement: { result: 'failed', failure: { kind, detail }, retry: verdict.retry, ...reason },
        attempt: { outcome: verdict.unknown ? 'unknown' : 'failed', httpStatus, detail, durationMs },
        mayHaveArrived: verdict.mayHaveArrived,
      };
    }
    case 'not_begun':
      return { ...ids, settlement: { result: 'released' }, attempt: null, mayHaveArrived };
  }
}
