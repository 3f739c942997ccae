import type { LineSnapshot } from './order.snapshot.js';
import type { Settlement } from './settlement.js';
import { LINE_TRANSITIONS, next, type LineEvent } from './transitions.js';

/** What a settlement does to a claimed line: the line afterwards, and the event for its history (`null`: no transition). */
export interface LineChange {
  readonly line: LineSnapshot;
  readonly event: LineEvent | null;
}

/**
 * The line after its claim is settled. Pure; the table decides what is possible.
 *
 * A line keeps its failure until a settle fulfils it, so that sending it again never hides why it waits.
 *
 * @param placedAt when the order was placed, by the database's clock: what was never begun is due since then.
 * @throws {InvalidTransitionError} when the settlement does not fit the claim: a bug.
 */
export function settleLine(claimed: LineSnapshot, settlement: Settlement, placedAt: Date): LineChange {
  const apply = (event: LineEvent, change: Partial<LineSnapshot> = {}): LineChange => ({
    event,
    line: { ...claimed, nextAttemptAt: null, ...change, status: next(LINE_TRANSITIONS, claimed.status, event) },
  });
  switch (settlement.result) {
    case 'fulfilled':
      return apply('fulfil', { failure: null, receipt: settlement.receipt });
    case 'failed':
      return apply(settlement.failure.passing ? 'release' : 'fail', { failure: settlement.failure });
    case 'released':
      return apply('release', { attempts: claimed.attempts - 1, nextAttemptAt: placedAt });
    case 'revoked':
      return apply('revoke');
    case 'revocation_failed':
      return { event: null, line: claimed };
  }
}
