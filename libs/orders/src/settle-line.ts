import type { ClaimedLine } from './claim.js';
import type { LineSnapshot } from './order.snapshot.js';
import type { Settlement } from './settlement.js';
import { LINE_TRANSITIONS, next, type LineEvent } from './transitions.js';

/** What a settlement does to a claimed line: the line afterwards, and the event for its history (`null`: no transition). */
export interface LineChange {
  readonly line: LineSnapshot;
  readonly event: LineEvent | null;
  /** Attempts that count so far. */
  readonly tries: number;
  readonly givenUp: boolean;
  /** How often in a row it failed with this kind; 0 where this settlement says nothing new of that. */
  readonly failureTimes: number;
}

/** The moments that a settlement may name, by the database's clock. */
export interface SettleMoments {
  /** When the order was placed: what was never begun is due since then. */
  readonly placedAt: Date;
  readonly now: Date;
  /** Whether a call was begun. One that was not leaves no attempt row, and no number. */
  readonly wasBegun: boolean;
}

const GIVEN_UP = { kind: 'unknown', detail: 'Given up before it was tried.' } as const;
const GIVEN_UP_WAITING = { kind: 'unknown', detail: 'Given up while its provider had accepted it for later.' } as const;

/**
 * The line after its claim is settled. Pure; the table decides what is possible.
 *
 * A line keeps its failure until a settle fulfils it, so that sending it again never hides why it waits.
 *
 * @throws {InvalidTransitionError} when the settlement does not fit the claim: a bug.
 */
export function settleLine({ line, tries, previousFailure }: Pick<ClaimedLine, 'line' | 'tries' | 'previousFailure'>, settlement: Settlement, { placedAt, now, wasBegun }: SettleMoments): LineChange {
  const isLook = line.status === 'accepted';
  const attempts = wasBegun || isLook ? line.attempts : line.attempts - 1;
  const apply = (event: LineEvent, change: Partial<LineSnapshot> = {}, triesNow = tries): LineChange => ({
    event,
    tries: triesNow,
    givenUp: false,
    failureTimes: 0,
    line: { ...line, attempts, nextAttemptAt: null, acceptedUntil: null, ...change, status: next(LINE_TRANSITIONS, line.status, event) },
  });
  const stay = (nextAttemptAt: Date | null): LineChange => ({ event: null, tries, givenUp: false, failureTimes: 0, line: { ...line, nextAttemptAt } });
  switch (settlement.result) {
    case 'accepted':
      return apply('accept', { nextAttemptAt: later(now, settlement.verifyAfterMs), acceptedUntil: later(now, settlement.deadlineMs) });
    case 'still_accepted':
      return stay(later(now, settlement.inMs));
    case 'fulfilled':
      return apply('fulfil', { failure: null, receipt: settlement.receipt });
    case 'failed': {
      const { failure, retry } = settlement;
      const failureTimes = previousFailure?.kind === failure.kind ? previousFailure.times + 1 : 1;
      if (!retry) return { ...apply('fail', { failure: { ...failure, passing: false } }), failureTimes };
      const released = apply('release', { failure: { ...failure, passing: true }, nextAttemptAt: later(now, retry.inMs) }, retry.costsAttempt ? tries : tries - 1);
      return { ...released, failureTimes };
    }
    case 'released':
      if (isLook) return stay(now);
      return apply('release', { failure: line.failure && { ...line.failure, passing: true }, nextAttemptAt: placedAt }, tries - 1);
    case 'given_up':
      return { ...apply('fail', { failure: { ...(line.failure ?? (isLook ? GIVEN_UP_WAITING : GIVEN_UP)), passing: false } }), givenUp: true };
    case 'unchanged':
      if (isLook) return stay(now);
      return line.failure?.passing === false ? apply('fail', {}, tries - 1) : apply('release', { nextAttemptAt: line.nextAttemptAt ?? now }, tries - 1);
    case 'revoked':
      return apply('revoke');
    case 'revocation_failed':
      return stay(line.nextAttemptAt);
  }
}

function later(now: Date, inMs: number): Date {
  return new Date(now.getTime() + inMs);
}
