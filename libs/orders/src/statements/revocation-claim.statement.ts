import type { Statement } from '../orders.database.js';
import type { AskedBy } from '../claim.js';
import { LINE_TRANSITIONS, next, type LineStatus } from '../transitions.js';
import { ANSWER, CLOSE_PREDECESSORS, LEASE, LEASE_RAN_OUT, OPEN_ATTEMPTS, askedByValues } from './claim-parts.js';

/**
 * A claim to take lines back, all of the named ones or none. A line that its holder lost while delivering is released by
 * it, and says so, should it not be taken back after all. One that the provider has accepted cannot be taken back, and keeps the others from it. `$6` are the statuses that may be taken back, `$8` the lines (null: every line in one of these statuses or being delivered).
 */
export const CLAIM_REVOCATION: Statement = {
  name: 'orders.claim_revocation',
  text: `
with wanted as (
  select l.id from order_line l where l.order_id = $1 and l.payment = 'paid' and ($8::uuid[] is null or l.id = any($8)) and (l.status = any($6) or l.status = $7 or l.status = 'accepted')
), picked as (
  select l.id, l.status, l.claim_purpose
    from order_line l
   where l.id in (select id from wanted) and (l.status = any($6) or l.status = $7) and (l.claim_id is null or l.lease_until <= now())
   order by l.position
     for no key update of l skip locked
), claimed as (
  update order_line l
     set status = case l.status when $7 then $9 else l.status end, claim_id = gen_random_uuid(), claim_purpose = 'revoke',
         lease_until = ${LEASE}, may_have_arrived = l.may_have_arrived or picked.status = $7,
         next_attempt_at = case when l.status = $7 then now() else l.next_attempt_at end,
         failure_kind = case when l.status = $7 then coalesce(l.failure_kind, 'unknown') else l.failure_kind end,
         failure_detail = case when l.status = $7 then coalesce(l.failure_detail, '${LEASE_RAN_OUT}') else l.failure_detail end,
         failure_passing = case when l.status = $7 then true else l.failure_passing end
    from picked where l.id = picked.id and (select count(*) from picked) = (select count(*) from wanted)
  returning l.*
), closed as (${CLOSE_PREDECESSORS}
), attempts as (${OPEN_ATTEMPTS('revoke')}
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, c.id, now(), $4, 'claimRevocation', p.status, c.status, $5 from claimed c join picked p on p.id = c.id
)${ANSWER}`,
};

/** The values of `CLAIM_REVOCATION`. `statuses` are those in which a line may be taken back. */
export function claimRevocationValues(orderId: string, leaseMs: number, askedBy: AskedBy, { statuses, lineIds }: RevocationScope): unknown[] {
  const delivering = next(LINE_TRANSITIONS, 'open', 'claim');
  return [...askedByValues(orderId, leaseMs, askedBy), statuses, delivering, lineIds, next(LINE_TRANSITIONS, delivering, 'release')];
}

/** Which lines of an order to take back: those in one of the statuses, and of these only the named ones when any are named. */
export interface RevocationScope {
  readonly statuses: readonly LineStatus[];
  readonly lineIds: readonly string[] | null;
}
