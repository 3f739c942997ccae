import type { Statement } from '../orders.database.js';
import type { AskedBy } from '../claim.js';
import { LINE_TRANSITIONS, ORDER_TRANSITIONS, next, sourcesOf } from '../transitions.js';
import { ANSWER, CLOSE_PREDECESSORS, LEASE, OPEN_ATTEMPTS, askedByValues } from './claim-parts.js';
import { courseOf } from './course.js';

/** Nobody holds it, or its holder's lease ran out. */
const FREE = `(l.claim_id is null or l.lease_until <= now())`;
/** A line whose learner was corrected since this statement began is left alone: it would be delivered to the learner that the order had. */
const SAME_LEARNER = `l.learner_username = o.learner_username`;
/** An order that is paid and may still complete (`$6`), and a line that waits or failed (`$7`) or was left by its holder (`$8`). */
const UNFINISHED = `o.status = any($6) and ${SAME_LEARNER} and (l.status = any($7) or l.status = $8) and ${FREE}`;

/** The provider has accepted it for later: it stays so while it is claimed, because it is only looked at, and a look is no attempt to deliver. */
const ACCEPTED = next(LINE_TRANSITIONS, 'fulfilling', 'accept');
const IS_ACCEPTED = `picked.status = '${ACCEPTED}'`;
const STEP = `case when ${IS_ACCEPTED} then 0 else 1 end`;
/** What an operator may send again or decide about: what is unfinished, and what a provider has accepted. */
const UNFINISHED_OR_ACCEPTED = `o.status = any($6) and ${SAME_LEARNER} and (l.status = any($7) or l.status = $8 or l.status = '${ACCEPTED}') and ${FREE}`;

/** Its holder was lost while he delivered it; one who only looked at it has called nobody to deliver. */
const LEFT_IN_DELIVERY = `(picked.status = $8 and picked.claim_purpose <> 'decide')`;
/** The retries' clock goes on: the attempt counts, and a holder that never said what came of the line is remembered. */
const GOES_ON = `tries = l.tries + ${STEP}, lost_leases = case when ${LEFT_IN_DELIVERY} or ${IS_ACCEPTED} and l.claim_id is not null then l.lost_leases + 1 else l.lost_leases end`;
/** A line that its holder left would be tried again by itself, whatever failure it had before: so it will when it is only looked at. */
const STAYS_TO_BE_RETRIED = `failure_passing = case when picked.status = $8 and l.failure_kind is not null then true else l.failure_passing end`;
/** A line that may have arrived keeps what it was sold with: that is what is read back, and taken back. */
const DETAILS = `case when l.may_have_arrived or picked.status = $8 then l.details else coalesce($10::jsonb -> l.product_id::text, l.details) end`;
/** An operator sends it again: everything begins anew, with the product's details of today (`$10`, by product) where he asks for them. */
const BEGINS_ANEW = `tries = 1, lost_leases = 0, retry_since = now(), given_up_at = null, failure_times = 0,
         details = ${DETAILS}, course_id = ${courseOf(DETAILS)}`;
const DETAILS_CHANGE = `case when c.details <> p.details then jsonb_build_object('details', jsonb_build_object('from', p.details, 'to', c.details)) end`;

/**
 * A claim to deliver. It never waits: a line whose row is locked just now is left to whoever holds it.
 *
 * The lines' rows are locked and not the order's; a settle locks the order first and then lines, and neither can wait for
 * the other in a circle, because this statement skips what is locked.
 */
function claim(picked: string, change: string, { more = '', historyChange = 'null::jsonb', nextAttemptAt = 'null', purpose = 'deliver', isRecorded = true } = {}): string {
  return `
with picked as (${picked}
), claimed as (
  update order_line l
     set status = case when ${IS_ACCEPTED} then picked.status else $8 end, claim_id = gen_random_uuid(), lease_until = ${LEASE}, attempts = l.attempts + ${STEP},
         claim_purpose = case when ${IS_ACCEPTED} and '${purpose}' = 'deliver' then 'verify' else '${purpose}' end,
         next_attempt_at = case when ${IS_ACCEPTED} then ${LEASE} else ${nextAttemptAt} end, may_have_arrived = l.may_have_arrived or ${LEFT_IN_DELIVERY}, ${change}
    from picked where l.id = picked.id
  returning l.*
), closed as (${CLOSE_PREDECESSORS}
), attempts as (${OPEN_ATTEMPTS('deliver')}
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason, change)
  select c.order_id, c.id, now(), $4, case p.status when $9 then 'resubmit' when $8 then 'reclaim' when '${ACCEPTED}' then 'verify' else 'claim' end, p.status, c.status, $5, ${historyChange}
    from claimed c join picked p on p.id = c.id where ${String(isRecorded)}
)${more}${ANSWER}`;
}

/**
 * An operator's claim of what is unfinished in the order `$1`, due or not; failed lines are reopened in the same statement. Lines
 * that were given up are meant only where nothing else is left.
 */
export const CLAIM_UNFINISHED: Statement = {
  name: 'orders.claim_unfinished',
  text: claim(
    `
  select l.id, l.status, l.claim_purpose, l.details
    from order_line l join orders o on o.id = l.order_id
   where l.order_id = $1 and ${UNFINISHED_OR_ACCEPTED} and l.held_at is null and l.product_type <> all($11)
     and (l.given_up_at is null or not exists (select from order_line x where x.order_id = $1 and (x.status = any($7) or x.status = $8) and x.given_up_at is null))
   order by l.position
     for no key update of l skip locked`,
    BEGINS_ANEW,
    { historyChange: DETAILS_CHANGE },
  ),
};

/** What an operator may say of his claim. */
export interface ResubmissionTerms {
  /** The details of today, by product id: a line of one of these products is delivered by them from now on. */
  readonly details: Readonly<Record<string, unknown>> | null;
  /** Product types that are left alone, because their provider must not be called. */
  readonly exceptTypes: readonly string[];
}

/** The values of `CLAIM_UNFINISHED`. */
export function claimUnfinishedValues(orderId: string, leaseMs: number, askedBy: AskedBy, { details, exceptTypes }: ResubmissionTerms): unknown[] {
  return [...unfinishedValues(orderId, leaseMs, askedBy), details && JSON.stringify(details), exceptTypes];
}

/** The same for the line `$1` in its turn of the operation `$11`, which it can have once: the claim and the turn are one commit. */
export const CLAIM_RESUBMISSION_LINE: Statement = {
  name: 'orders.claim_resubmission_line',
  text: claim(
    `
  select l.id, l.status, l.claim_purpose, l.details
    from order_line l join orders o on o.id = l.order_id join resubmission_line r on r.line_id = l.id
   where l.id = $1 and r.resubmission_id = $11 and r.claim_id is null and r.skipped is null and ${UNFINISHED} and l.held_at is null
     and ($12 or l.lost_leases = 0 and l.status <> $8)
     and (l.given_up_at is null or l.given_up_at <= (select created_at from resubmission where id = $11))
     for no key update of l, r skip locked`,
    BEGINS_ANEW,
    {
      historyChange: DETAILS_CHANGE,
      more: `, turn as (
  update resubmission_line r set claim_id = c.claim_id from claimed c where r.resubmission_id = $11 and r.line_id = c.id
)`,
    },
  ),
};

/** The values of `CLAIM_RESUBMISSION_LINE`. */
export function claimResubmissionLineValues(lineId: string, leaseMs: number, askedBy: AskedBy, turn: { readonly resubmissionId: string; readonly details: ResubmissionTerms['details']; readonly alone: boolean }): unknown[] {
  return [...unfinishedValues(lineId, leaseMs, askedBy), turn.details && JSON.stringify(turn.details), turn.resubmissionId, turn.alone];
}

/**
 * The scheduler's claim of the line `$1`: due, or left by its holder; the latter also while it is held, to be put down and not
 * to be delivered. A line that a holder was lost with is claimed only by
 * somebody who runs nothing else meanwhile (`$10`), so that its neighbours are not lost with it. `$11`: only what its holder left.
 */
export const CLAIM_DUE: Statement = {
  name: 'orders.claim_due',
  text: claim(
    `
  select l.id, l.status, l.claim_purpose
    from order_line l join orders o on o.id = l.order_id
   where l.id = $1 and o.status = any($6) and ${SAME_LEARNER} and ${FREE}
     and (l.status = any($7) and l.held_at is null and l.next_attempt_at <= now() or l.status = $8) and ($10 or l.lost_leases = 0 and l.status <> $8)
     and (not $11 or l.status = $8)
     for no key update of l skip locked`,
    GOES_ON,
  ),
};

/** Who may claim a due line, and which. */
export interface DueClaim {
  /** Whether the caller runs nothing else in its process meanwhile. A line that a holder was lost with is given to nobody else. */
  readonly alone: boolean;
  /** Only where its holder left it, to put it down. */
  readonly onlyLeft: boolean;
}

/** The values of `CLAIM_DUE`. */
export function claimDueValues(lineId: string, leaseMs: number, askedBy: AskedBy, { alone, onlyLeft }: DueClaim): unknown[] {
  return [...askedByValues(lineId, leaseMs, askedBy), DELIVERABLE, sourcesOf(LINE_TRANSITIONS, 'claim'), DELIVERING, 'failed', alone, onlyLeft];
}

/**
 * The scheduler's claim of the accepted line `$1`, held or not, to look how far the provider is: due, or longer with the provider than it
 * was to be; only the latter where `$10`. One that a holder was lost with is claimed only by somebody who runs nothing else meanwhile (`$11`). It stays due at the end of the lease, so that a holder who dies costs no more. No history: it
 * would have an entry for each look.
 */
export const CLAIM_ACCEPTED: Statement = {
  name: 'orders.claim_accepted',
  text: claim(
    `
  select l.id, l.status, l.claim_purpose
    from order_line l join orders o on o.id = l.order_id
   where l.id = $1 and o.status = any($6) and l.status = any($7) and ${FREE} and (l.next_attempt_at <= now() and not $10 or l.accepted_until <= now())
     and ($11 or l.lost_leases = 0 and l.claim_id is null)
     for no key update of l skip locked`,
    GOES_ON,
    { isRecorded: false },
  ),
};

/** Who may claim an accepted line, and which. */
export interface AcceptedClaim {
  /** Only where its time is over, to put it down. */
  readonly onlyOverdue: boolean;
  /** As in `DueClaim`. */
  readonly alone: boolean;
}

/** The values of `CLAIM_ACCEPTED`. */
export function claimAcceptedValues(lineId: string, leaseMs: number, askedBy: AskedBy, { onlyOverdue, alone }: AcceptedClaim): unknown[] {
  return [...askedByValues(lineId, leaseMs, askedBy), DELIVERABLE, [ACCEPTED], DELIVERING, 'failed', onlyOverdue, alone];
}

/** An operator's claim of the line `$1`, held or not, to look at it and decide what becomes of it. It keeps when the line is due, for what is left as it was. */
export const CLAIM_DECISION: Statement = {
  name: 'orders.claim_decision',
  text: claim(
    `
  select l.id, l.status, l.claim_purpose
    from order_line l join orders o on o.id = l.order_id
   where l.id = $1 and ${UNFINISHED_OR_ACCEPTED}
     for no key update of l skip locked`,
    `${GOES_ON}, ${STAYS_TO_BE_RETRIED}`,
    { nextAttemptAt: 'l.next_attempt_at', purpose: 'decide' },
  ),
};

/** The values of `CLAIM_DECISION`. */
export function claimDecisionValues(lineId: string, leaseMs: number, askedBy: AskedBy): unknown[] {
  return unfinishedValues(lineId, leaseMs, askedBy);
}

/** Paid orders in which something may still be delivered: those that can complete. */
const DELIVERABLE = sourcesOf(ORDER_TRANSITIONS, 'complete');
const DELIVERING = next(LINE_TRANSITIONS, next(LINE_TRANSITIONS, 'failed', 'resubmit'), 'claim');

function unfinishedValues(scopeId: string, leaseMs: number, askedBy: AskedBy): unknown[] {
  const waiting = [...sourcesOf(LINE_TRANSITIONS, 'claim'), ...sourcesOf(LINE_TRANSITIONS, 'resubmit')];
  return [...askedByValues(scopeId, leaseMs, askedBy), DELIVERABLE, waiting, DELIVERING, 'failed'];
}
