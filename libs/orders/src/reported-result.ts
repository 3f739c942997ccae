import type { ReportedResult } from './claim.js';
import type { SettledLine, Settlement } from './settlement.js';

/** What a settle writes of a line of which its provider has reported a result, and what becomes of the report. */
export interface SettledWithReport {
  readonly settled: SettledLine;
  readonly result: 'applied' | 'kept';
}

const DELIVERED_MEANWHILE = 'The provider reported meanwhile that it had delivered it. Take it back again.';
/** What leaves an accepted line with the provider. */
const STAYS_ACCEPTED: ReadonlySet<Settlement['result']> = new Set(['still_accepted', 'released', 'unchanged']);

/**
 * Lets a reported result decide over what the holder of the claim found. Delivered is delivered, whatever the holder has or has not
 * heard; a line that was just taken back without it has to be taken back once more. A report that it will not be delivered ends a line that
 * is with the provider; elsewhere it is about an earlier acceptance, and past.
 *
 * @param wasAccepted the line was so when it was claimed.
 */
export function withReport(settled: SettledLine, reported: ReportedResult | null, wasAccepted: boolean): SettledWithReport {
  const { result } = settled.settlement;
  if (reported?.outcome === 'fulfilled') {
    if (result === 'revocation_failed') return { settled, result: 'kept' };
    if (result === 'revoked') return { settled: { ...settled, settlement: { result: 'revocation_failed', reason: DELIVERED_MEANWHILE }, mayHaveArrived: true }, result: 'kept' };
    return { settled: { ...settled, settlement: { result: 'fulfilled', receipt: reported.detail }, mayHaveArrived: false }, result: 'applied' };
  }
  if (reported?.outcome === 'failed' && (result === 'accepted' || (wasAccepted && STAYS_ACCEPTED.has(result)))) {
    return { settled: { ...settled, settlement: refused(reported) }, result: 'applied' };
  }
  return { settled, result: 'applied' };
}

/** A provider that reports the end of a line will not try again: neither do we, by ourselves. */
export function refused({ detail }: ReportedResult): Settlement {
  return { result: 'failed', failure: { kind: 'rejected', detail }, retry: null };
}
