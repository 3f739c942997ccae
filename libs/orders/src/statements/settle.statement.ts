import type { ClaimedLine, OrderClaim } from '../claim.js';
import type { Statement } from '../orders.database.js';
import type { LineChange } from '../settle-line.js';
import type { IdempotencyScope } from '../new-order.js';
import type { SettledLine, StoredAnswer } from '../settlement.js';
import { ORDER_TRANSITIONS, sourcesOf, type OrderEvent, type OrderStatus } from '../transitions.js';

/** Locks an order before its lines, always in a statement of its own: what is read after it is read as it stands then. */
export const LOCK_ORDER: Statement = {
  name: 'orders.lock_order',
  text: `select status from orders where id = $1 for no key update`,
};

/**
 * How the lines of a locked order stand. No sibling can settle meanwhile, because its settle waits for the order. The own
 * lines `$2` are locked as well, because neither a claim nor a reported result waits for the order: what is read of both holds until the settle.
 */
export const LINES_OF_LOCKED_ORDER: Statement = {
  name: 'orders.lines_of_locked_order',
  text: `
with own as (select id, claim_id, result_outcome, result_detail from order_line where id = any ((select $2::uuid[])::uuid[]) for no key update)
select l.id, l.status, l.failure_kind is not null as failing, case when own.id is null then l.claim_id else own.claim_id end as claim_id,
       own.result_outcome, own.result_detail
  from order_line l left join own on own.id = l.id
 where l.order_id = $1
 order by l.position`,
};

/** Who holds a line, without waiting for anybody. */
export const CLAIM_OF_LINE: Statement = { name: 'orders.claim_of_line', text: 'select claim_id from order_line where id = $1' };

export interface SettledRow {
  readonly id: string;
  readonly answered: boolean;
}

/** A settled line beside what it was while claimed and what became of it. */
export interface Settling {
  readonly claimed: ClaimedLine;
  readonly settled: SettledLine;
  readonly change: LineChange;
  /** What becomes of the result that a provider has reported of the line. Null: nobody has looked, so a line that has one is not settled. */
  readonly result: 'applied' | 'kept' | null;
}

export interface SettleStep {
  readonly claim: OrderClaim;
  readonly actor: string;
  readonly lines: readonly Settling[];
  /** The order's own step, if its lines ask for one. */
  readonly order: { readonly event: OrderEvent; readonly to: OrderStatus } | null;
  readonly answer: { readonly scope: IdempotencyScope; readonly stored: StoredAnswer } | null;
}

/** What is told of each line, in the order of the parameters. */
const COLUMNS: readonly { readonly name: string; readonly type: string; readonly of: (line: Settling) => unknown }[] = [
  { name: 'line_id', type: 'uuid', of: ({ settled }) => settled.lineId },
  { name: 'claim_id', type: 'uuid', of: ({ settled }) => settled.claimId },
  { name: 'from_status', type: 'text', of: ({ claimed }) => claimed.line.status },
  { name: 'event', type: 'text', of: ({ change }) => change.event },
  { name: 'to_status', type: 'text', of: ({ change }) => change.line.status },
  { name: 'failure_kind', type: 'text', of: ({ change }) => change.line.failure?.kind ?? null },
  { name: 'failure_detail', type: 'text', of: ({ change }) => change.line.failure?.detail ?? null },
  { name: 'failure_passing', type: 'bool', of: ({ change }) => change.line.failure?.passing ?? null },
  { name: 'receipt', type: 'text', of: ({ change }) => change.line.receipt },
  { name: 'attempts', type: 'int', of: ({ change }) => change.line.attempts },
  { name: 'may_have_arrived', type: 'bool', of: ({ settled }) => settled.mayHaveArrived },
  // Null stands for an attempt that never began.
  { name: 'outcome', type: 'text', of: ({ settled }) => settled.attempt?.outcome ?? null },
  { name: 'http_status', type: 'int', of: ({ settled }) => settled.attempt?.httpStatus ?? null },
  { name: 'attempt_detail', type: 'text', of: ({ settled }) => settled.attempt?.detail ?? null },
  { name: 'duration_ms', type: 'int', of: ({ settled }) => settled.attempt?.durationMs ?? null },
  { name: 'reason', type: 'text', of: ({ settled: { settlement } }) => ('reason' in settlement ? (settlement.reason ?? null) : null) },
  { name: 'next_attempt_at', type: 'timestamptz', of: ({ change }) => change.line.nextAttemptAt },
  { name: 'tries', type: 'int', of: ({ change }) => change.tries },
  { name: 'failure_status', type: 'int', of: ({ settled, change }) => (change.failureTimes > 0 ? (settled.attempt?.httpStatus ?? null) : null) },
  { name: 'failure_times', type: 'int', of: ({ change }) => change.failureTimes },
  { name: 'gives_up', type: 'bool', of: ({ change }) => change.givenUp },
  { name: 'accepted_reference', type: 'text', of: ({ settled: { settlement } }) => (settlement.result === 'accepted' ? settlement.reference : null) },
  { name: 'verify_every_ms', type: 'bigint', of: ({ settled: { settlement } }) => (settlement.result === 'accepted' ? settlement.verifyAfterMs : null) },
  { name: 'accepted_until', type: 'timestamptz', of: ({ change }) => change.line.acceptedUntil },
  { name: 'result', type: 'text', of: ({ result }) => result },
];

/** Parameters `$1` to `$10` are the order's. */
const FIRST_COLUMN = 11;
const parameter = (index: number): string => `$${FIRST_COLUMN + index}`;
const ARRAYS = COLUMNS.map(({ type }, index) => `(select ${parameter(index)}::${type}[])`).join(', ');
const SCALARS = COLUMNS.map(({ name, type }, index) => `${parameter(index)}::${type} as ${name}`).join(', ');
const NAMES = COLUMNS.map(({ name }) => name).join(', ');

/** A line whose claim is lost stays as it is, and so does one with a reported result that this settle knows nothing of. */
const UPDATE_LINES = `
  update order_line l
     set status = i.to_status, failure_kind = i.failure_kind, failure_detail = i.failure_detail, failure_passing = i.failure_passing,
         failure_status = case when i.failure_times = 0 then l.failure_status else i.failure_status end,
         failure_times = case when i.failure_times = 0 then l.failure_times else i.failure_times end, receipt = i.receipt, attempts = i.attempts, may_have_arrived = i.may_have_arrived,
         next_attempt_at = i.next_attempt_at, tries = i.tries,
         lost_leases = case when i.outcome is null and i.from_status <> 'accepted' then l.lost_leases else 0 end,
         given_up_at = case when i.gives_up then now() when i.to_status = 'failed' then l.given_up_at end,
         held_at = case when i.to_status in ('fulfilled', 'revoked') then null else l.held_at end,
         held_for = case when i.to_status in ('fulfilled', 'revoked') then null else l.held_for end,
         learner_address = case when i.to_status in ('fulfilled', 'revoked') then null else l.learner_address end,
         accepted_reference = coalesce(i.accepted_reference, l.accepted_reference),
         verify_every_ms = coalesce(i.verify_every_ms, l.verify_every_ms), accepted_until = coalesce(i.accepted_until, l.accepted_until),
         result_outcome = case when i.result = 'applied' then null else l.result_outcome end,
         result_detail = case when i.result = 'applied' then null else l.result_detail end,
         claim_id = null, claim_purpose = null, lease_until = null
    from input i
   where l.id = i.line_id and l.claim_id = i.claim_id and l.status = i.from_status and (i.result is not null or l.result_outcome is null)
  returning l.id, i.event, i.from_status, l.status, i.reason`;

/**
 * T2: the outcomes of claimed lines, their attempts, the order's derived status, history, and the answer to the key.
 *
 * A claim that was lost changes no line, writes no history and stores no answer; its attempt row is closed all the same. So it is with a
 * line of which a result was reported that this settle knows nothing of. A look at an accepted line that tells nothing leaves no history.
 * The order moves from wherever it is now, if its table allows it: what the claim knew of its status may be older.
 * Gives the lines that were settled, and whether the answer was stored: it is not when somebody gave another one meanwhile.
 */
function settle(input: string): string {
  return `
with input as ${input}, settled as (${UPDATE_LINES}
), ended as (
  update fulfillment_attempt a
     set ended_at = now(), outcome = i.outcome, http_status = i.http_status, detail = i.attempt_detail, duration_ms = i.duration_ms
    from input i where a.claim_id = i.claim_id and i.outcome is not null
), unbegun as (
  delete from fulfillment_attempt a using input i where a.claim_id = i.claim_id and i.outcome is null
), moved as (
  update orders o set status = $4::text
    from (select id, status from orders where id = $1 for no key update) before
   where o.id = before.id and before.status = any ((select $3::text[])::text[]) and before.status <> $4 and exists (select from settled)
  returning o.id, before.status as from_status
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, s.id, now(), $2, coalesce(s.event, case s.from_status when 'accepted' then 'verify' else 'revocationFailed' end), s.from_status, s.status, s.reason
    from settled s where s.event is not null or s.reason is not null or s.from_status <> 'accepted'
  union all
  select m.id, null, now(), $2, $5::text, m.from_status, $4, null from moved m
), answered as (
  update idempotency_record set answer_status = $9, answer_body = $10, answered_at = now()
   where caller = $6 and route = $7 and key = $8 and answer_body is null and (select count(*) from settled) = (select count(*) from input)
  returning key
)
select id, exists (select from answered) as answered from settled`;
}

/**
 * The arrays stand in sub-selects, which hides their length from the planner: seeing it, PostgreSQL thinks a plan made for
 * so many lines cheaper than the prepared one, and plans anew for every order, which takes longer than the statement itself.
 */
const SETTLE: Statement = { name: 'orders.settle', text: settle(`(select * from unnest(${ARRAYS}) as line (${NAMES}))`) };

/**
 * The same for one line, without arrays. For arrays of unknown length PostgreSQL plans ten lines, and as long as it takes a
 * table for small it then reads it from end to end for every order.
 */
const SETTLE_ONE: Statement = { name: 'orders.settle_one', text: settle(`not materialized (select ${SCALARS})`) };

/** The statement that settles these lines, and its values. */
export function settleStatement({ claim, actor, lines, order, answer }: SettleStep): { statement: Statement; values: unknown[] } {
  const [only] = lines;
  const isOne = only !== undefined && lines.length === 1;
  return {
    statement: isOne ? SETTLE_ONE : SETTLE,
    values: [
      claim.order.id, actor, order ? sourcesOf(ORDER_TRANSITIONS, order.event) : [], order?.to ?? null, order?.event ?? null,
      answer?.scope.caller ?? null, answer?.scope.route ?? null, answer?.scope.key ?? null, answer?.stored.status ?? null, answer?.stored.body ?? null,
      ...COLUMNS.map(({ of }) => (isOne ? of(only) : lines.map(of))),
    ],
  };
}
