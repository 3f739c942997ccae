import { inMs, type Statement } from '#orders';
import { isMoneyGone, type Refund, type RefundLine } from '../refund.js';
import { REFUND_COLUMNS } from './refund.row.js';

/** All refunds of a payment, the oldest first. Whoever asks has locked the payment; a claim does not wait for these rows, and is not waited for long. */
export const LOCK_REFUNDS_OF_PAYMENT: Statement = { name: 'refunds.lock_of_payment', text: `select ${REFUND_COLUMNS} from refund r where r.payment_id = $1 order by r.id for no key update of r` };

/** A refund for which no money was taken. */
export const LOCK_REFUND: Statement = { name: 'refunds.lock', text: `select ${REFUND_COLUMNS} from refund r where r.id = $1 for no key update of r` };

/** The lines of the order `$1` that refunds take back. */
export const LIVING_LINES: Statement = {
  name: 'refunds.living_lines',
  text: `select l.line_id from refund_line l join refund r on r.id = l.refund_id where r.order_id = $1 and l.live`,
};

export const ADD_REFUND: Statement = {
  name: 'refunds.add',
  text: `
insert into refund as r (id, number, order_id, order_number, learner_username, payment_id, origin, status, amount_minor, currency, access, reason, requested_by, reference, money_at, created_at, updated_at)
values ($1, 'RF-' || nextval('refund_number_seq'), $2, $3, $4, $5, $6, 'requested', $7, $8, $9, $10, $11, $12, case when $13 then now() end, now(), now())
returning ${REFUND_COLUMNS}`,
};

/** Violates `refund_line_live_key` where another living refund has one of them. */
export const ADD_LINES: Statement = {
  name: 'refunds.add_lines',
  text: `insert into refund_line (refund_id, line_id, amount_minor, was_held, live) select $1, l.line_id, l.amount_minor, l.was_held, true from unnest($2::uuid[], $3::bigint[], $4::bool[]) as l (line_id, amount_minor, was_held)`,
};

export function addLinesValues(refundId: string, lines: readonly RefundLine[]): unknown[] {
  return [refundId, lines.map(({ lineId }) => lineId), lines.map(({ amountMinor }) => amountMinor), lines.map(({ wasHeld }) => wasHeld)];
}

/** They may be asked for again. */
export const DROP_LINES: Statement = { name: 'refunds.drop_lines', text: `update refund_line set live = false where refund_id = $1 and live` };

/** How a locked refund stands now: whoever worked on it has lost it. `$15`: when it is tried next (null: not by itself); `$16`: a half begins, or waits for what is no failure. */
export const WRITE_REFUND: Statement = {
  name: 'refunds.write',
  text: `
with closed as (
  update refund_attempt set outcome = 'unknown', ended_at = now(), detail = 'The refund was settled without its answer.' where refund_id = $1 and outcome = 'pending'
)
update refund r
   set status = $2, access = $3, decided_by = $4, decision_reason = $5, reference = $6, money_is_back = $7, access_note = $8, round = $9, failed_references = $10, attempts = $11,
       may_have_arrived = $12, failure_kind = $13, failure_detail = $14, next_attempt_at = ${inMs('$15')},
       tried_since = case when $16 then now() else r.tried_since end, money_at = case when $17 then coalesce(r.money_at, now()) end, amount_minor = $18,
       decided_at = case when $4::text is not null then coalesce(r.decided_at, now()) end, completed_at = case when $2::text = 'complete' then coalesce(r.completed_at, now()) end,
       claim_id = null, lease_until = null, updated_at = now()
 where r.id = $1
returning ${REFUND_COLUMNS}`,
};

/** `againInMs` undefined: it goes on at once where something is to be done next. */
export function writeValues(refund: Refund, againInMs: number | undefined, { isWaiting = false } = {}): unknown[] {
  const isUnderWay = refund.status === 'approved' || refund.status === 'money_returned';
  const begins = isUnderWay && againInMs === undefined;
  return [
    refund.id, refund.status, refund.access, refund.decidedBy, refund.decisionReason, refund.reference, refund.moneyIsBack, refund.accessNote, refund.round, refund.failedReferences,
    begins ? 0 : refund.attempts, refund.mayHaveArrived, refund.failure?.kind ?? null, refund.failure?.detail ?? null, isUnderWay ? (againInMs ?? 0) : null, begins || isWaiting, isMoneyGone(refund),
    refund.amountMinor,
  ];
}

/**
 * The attempt `$1` at a half of the refund `$2` waits for what the one before it waited for, `$3`: it goes into that one's row. Who has the refund's
 * claim by now has a later one, which stays as it is.
 */
export const WAIT_ON: Statement = {
  name: 'refunds.wait_on',
  text: `
with this as (
  select half, requested_by, started_at from refund_attempt where claim_id = $1 and outcome in ('pending', 'unknown')
), before as (
  select a.claim_id, a.half, a.outcome, a.detail, a.requested_by from refund_attempt a, this where a.refund_id = $2 and a.started_at < this.started_at order by a.started_at desc limit 1
), waited as (
  update refund_attempt a set ended_at = now() from before b, this
   where a.claim_id = b.claim_id and b.half = this.half and b.outcome = 'waiting' and b.detail = $3 and b.requested_by = this.requested_by
  returning a.claim_id
)
delete from refund_attempt where claim_id = $1 and exists (select from waited)`,
};

/** What came of an attempt, also where its claim was lost. */
export const END_ATTEMPT: Statement = {
  name: 'refunds.end_attempt',
  text: `update refund_attempt set outcome = $2, ended_at = now(), detail = $3 where claim_id = $1 and outcome in ('pending', 'unknown')`,
};
