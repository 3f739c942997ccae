import type { Statement } from '../orders.database.js';
import type { SkipReason } from './resubmission.statement.js';
import { unnamed } from './unnamed.js';

const WAITING = 'r.claim_id is null and r.skipped is null';

export interface DueTurnRow {
  readonly resubmission_id: string;
  readonly line_id: string;
  readonly product_type: string;
  readonly product_id: string;
  readonly due_at: Date;
  readonly alone: boolean;
  /** May be delivered now, as far as its product type goes. */
  readonly open: boolean;
}

/**
 * The next `$1` lines that wait for their turn, after the place (`$3`, `$4`): the oldest operation first.
 * Lines of the product types `$2` are among them, marked, so that whoever asks knows how far it has looked.
 * Planned each time, because the plan depends on the limit.
 */
export const FIND_TURNS = unnamed(`
select r.resubmission_id, r.line_id, l.product_type, l.product_id, s.created_at as due_at, l.lost_leases > 0 or l.status = 'fulfilling' and l.lease_until <= now() as alone,
       l.product_type <> all ($2) as open
  from (select resubmission_id, line_id from resubmission_line r
         where ${WAITING} and (resubmission_id, line_id) > ($3::uuid, $4::uuid) order by resubmission_id, line_id limit $1) r
  join order_line l on l.id = r.line_id join resubmission s on s.id = r.resubmission_id
 order by r.resubmission_id, r.line_id`);

export interface TurnTermsRow {
  readonly actor: string;
  readonly reason: string;
  readonly refresh_details: boolean;
}

/** In whose name, and how, the line `$2` is sent in the operation `$1`; no row when it has had its turn. */
export const FIND_TERMS: Statement = {
  name: 'orders.find_resubmission_terms',
  text: `select s.actor, s.reason, s.refresh_details from resubmission_line r join resubmission s on s.id = r.resubmission_id where r.resubmission_id = $1 and r.line_id = $2 and ${WAITING}`,
};

const FULFILLED: SkipReason = 'fulfilled';
const REVOKED: SkipReason = 'revoked';
const HELD: SkipReason = 'held';
const IN_DELIVERY: SkipReason = 'in_delivery';
const GIVEN_UP: SkipReason = 'given_up';

/**
 * Ends the turn of the line `$2` in the operation `$1` without a delivery, where the line's standing says why. A line that
 * could be delivered after all, because it has changed since, waits on.
 */
export const SKIP_TURN: Statement = {
  name: 'orders.skip_resubmission_line',
  text: `
update resubmission_line r set skipped = standing.reason
  from (select l.id, case when l.status = '${FULFILLED}' then '${FULFILLED}' when l.status = '${REVOKED}' then '${REVOKED}'
                          when l.lease_until > now() or l.status = 'accepted' then '${IN_DELIVERY}' when l.held_at is not null then '${HELD}'
                          when l.given_up_at > (select created_at from resubmission where id = $1) then '${GIVEN_UP}' end as reason
          from order_line l where l.id = $2) standing
 where r.resubmission_id = $1 and r.line_id = standing.id and ${WAITING} and standing.reason is not null`,
};
