import type { ClaimedLine, ReportedResult } from './claim.js';
import type { SettledLine, Settlement } from './settlement.js';

/** What a settle writes of a line of which its provider has reported a result, and what becomes of the report. */
export interface SettledWithReport {
  readonly settled: SettledLine;
  readonly result: 'applied' | 'kept';
}

const DELIVERED_MEANWHILE = 'The provider reported meanwhile that it had delivered it. Take it back again.';
/** What leaves a line with its provider, or leaves open whether it is there. */
const LEFT_OPEN: ReadonlySet<Settlement['result']> = new Set(['accepted', 'still_accepted', 'failed', 'released', 'unchanged']);

/**
 * Lets a result that the provider has reported decide over what the holder of the claim found. Delivered is delivered, whatever the holder
 * has or has not heard; where he has just taken the line back without knowing it, that is to be done once more. A report that it will
 * not be delivered ends a line that is with the provider, or may be.
 */
export function withReport(settled: SettledLine, reported: ReportedResult | null, { result: known }: Pick<ClaimedLine, 'result'>): SettledWithReport {
  if (reported === null) return { settled, result: 'applied' };
  const { result } = settled.settlement;
  if (reported.outcome === 'failed') {
    const isOpen = LEFT_OPEN.has(result) && settled.mayHaveArrived;
    return { settled: isOpen ? { ...settled, settlement: refused(reported) } : settled, result: 'applied' };
  }
  if (result === 'revocation_failed') return { settled, result: 'kept' };
  if (result !== 'revoked') return { settled: { ...settled, settlement: { result: 'fulfilled', receipt: reported.detail }, mayHaveArrived: false }, result: 'applied' };
  if (known) return { settled, result: 'applied' };
  return { settled: { ...settled, settlement: { result: 'revocation_failed', reason: DELIVERED_MEANWHILE }, mayHaveArrived: true }, result: 'kept' };
}

/** A provider that reports the end of a line will not try again: neither do we, by ourselves. */
export function refused({ detail }: ReportedResult): Settlement {
  return { result: 'failed', failure: { kind: 'rejected', detail }, retry: null };
}
