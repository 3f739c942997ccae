import type { OrderClaim } from '../claim.js';
import type { Statement } from '../orders.database.js';
import type { LineChange } from '../settle-line.js';
import type { IdempotencyScope } from '../new-order.js';
import type { LineSnapshot } from '../order.snapshot.js';
import type { SettledLine, StoredAnswer } from '../settlement.js';
import { ORDER_TRANSITIONS, sourcesOf, type OrderEvent, type OrderStatus } from '../transitions.js';

/** Locks an order before its lines, always in a statement of its own: what is read after it is read as it stands then. */
export const LOCK_ORDER: Statement = {
  name: 'orders.lock_order',
  text: `select status from orders where id = $1 for no key update`,
};

/**
 * How the lines of a locked order stand. No sibling can settle meanwhile, because its settle waits for the order. The own
 * lines `$2` are locked as well, because a claim does not wait for the order: what is read of their claim holds until the settle.
 */
export const LINES_OF_LOCKED_ORDER: Statement = {
  name: 'orders.lines_of_locked_order',
  text: `
with own as (select id, claim_id from order_line where id = any ((select $2::uuid[])::uuid[]) for no key update)
select l.id, l.status, l.failure_kind is not null as failing, case when own.id is null then l.claim_id else own.claim_id end as claim_id
  from order_line l left join own on own.id = l.id
 where l.order_id = $1
 order by l.position`,
};

/**
 * T2: the outcomes of claimed lines, their attempts, the order's derived status, history, and the answer to the key.
 *
 * The arrays stand in sub-selects, which hides their length from the planner: seeing it, PostgreSQL thinks a plan made for
 * so many lines cheaper than the prepared one, and plans anew for every order, which takes longer than the statement itself.
 *
 * A claim that was lost changes no line, writes no history and stores no answer; its attempt row is closed all the same.
 * The order moves from wherever it is now, if its table allows it: what the claim knew of its status may be older.
 * Gives the lines that were settled, and whether the answer was stored: it is not when somebody gave another one meanwhile.
 */
export const SETTLE: Statement = {
  name: 'orders.settle',
  text: `
with input as (
  select * from unnest((select $3::uuid[]), (select $4::uuid[]), (select $5::text[]), (select $6::text[]), (select $7::text[]), (select $8::text[]),
                       (select $9::text[]), (select $10::bool[]), (select $11::text[]), (select $12::int[]), (select $13::bool[]), (select $14::text[]),
                       (select $15::int[]), (select $16::text[]), (select $17::int[]), (select $18::text[]), (select $19::timestamptz[]))
    as i (line_id, claim_id, from_status, event, to_status, failure_kind, failure_detail, failure_passing, receipt, attempts,
          may_have_arrived, outcome, http_status, attempt_detail, duration_ms, reason, next_attempt_at)
), settled as (
  update order_line l
     set status = i.to_status, failure_kind = i.failure_kind, failure_detail = i.failure_detail, failure_passing = i.failure_passing,
         receipt = i.receipt, attempts = i.attempts, may_have_arrived = i.may_have_arrived,
         next_attempt_at = i.next_attempt_at,
         learner_address = case when i.to_status in ('fulfilled', 'revoked') then null else l.learner_address end,
         claim_id = null, claim_purpose = null, lease_until = null
    from input i
   where l.id = i.line_id and l.claim_id = i.claim_id and l.status = i.from_status
  returning l.id, i.event, i.from_status, l.status, i.reason
), ended as (
  update fulfillment_attempt a
     set ended_at = now(), outcome = i.outcome, http_status = i.http_status, detail = i.attempt_detail, duration_ms = i.duration_ms
    from input i where a.claim_id = i.claim_id and i.outcome is not null
), unbegun as (
  delete from fulfillment_attempt a using input i where a.claim_id = i.claim_id and i.outcome is null
), moved as (
  update orders o set status = $21::text
    from (select id, status from orders where id = $1 for no key update) before
   where o.id = before.id and before.status = any ((select $20::text[])::text[]) and before.status <> $21 and exists (select from settled)
  returning o.id, before.status as from_status
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, s.id, now(), $2, coalesce(s.event, 'revocationFailed'), s.from_status, s.status, s.reason from settled s
  union all
  select m.id, null, now(), $2, $22::text, m.from_status, $21, null from moved m
), answered as (
  update idempotency_record set answer_status = $26, answer_body = $27, answered_at = now()
   where caller = $23 and route = $24 and key = $25 and answer_body is null and (select count(*) from settled) = cardinality($3)
  returning key
)
select id, exists (select from answered) as answered from settled`,
};

export interface SettledRow {
  readonly id: string;
  readonly answered: boolean;
}

/** A settled line beside what it was while claimed and what became of it. */
export interface Settling {
  readonly claimed: LineSnapshot;
  readonly settled: SettledLine;
  readonly change: LineChange;
}

export interface SettleStep {
  readonly claim: OrderClaim;
  readonly actor: string;
  readonly lines: readonly Settling[];
  /** The order's own step, if its lines ask for one. */
  readonly order: { readonly event: OrderEvent; readonly to: OrderStatus } | null;
  readonly answer: { readonly scope: IdempotencyScope; readonly stored: StoredAnswer } | null;
}

/** The values of `SETTLE`. An outcome of null stands for an attempt that never began. */
export function settleValues({ claim, actor, lines, order, answer }: SettleStep): unknown[] {
  const column = <Value>(pick: (line: Settling) => Value): Value[] => lines.map(pick);
  const began = ({ settled }: Settling) => settled.settlement.result !== 'released';
  return [
    claim.order.id, actor,
    column(({ settled }) => settled.lineId), column(({ settled }) => settled.claimId), column(({ claimed }) => claimed.status),
    column(({ change }) => change.event), column(({ change }) => change.line.status),
    column(({ change }) => change.line.failure?.kind ?? null), column(({ change }) => change.line.failure?.detail ?? null),
    column(({ change }) => change.line.failure?.passing ?? null), column(({ change }) => change.line.receipt),
    column(({ change }) => change.line.attempts), column(({ settled }) => settled.mayHaveArrived),
    column((line) => (began(line) ? line.settled.attempt.outcome : null)), column(({ settled }) => settled.attempt.httpStatus),
    column(({ settled }) => settled.attempt.detail), column(({ settled }) => settled.attempt.durationMs), column(reason),
    column(({ change }) => change.line.nextAttemptAt),
    order ? sourcesOf(ORDER_TRANSITIONS, order.event) : [], order?.to ?? null, order?.event ?? null,
    answer?.scope.caller ?? null, answer?.scope.route ?? null, answer?.scope.key ?? null, answer?.stored.status ?? null, answer?.stored.body ?? null,
  ];
}

function reason({ settled: { settlement } }: Settling): string | null {
  return 'reason' in settlement ? settlement.reason : null;
}
