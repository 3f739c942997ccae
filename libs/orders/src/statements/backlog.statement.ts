import type { Statement } from '../orders.database.js';

export interface BacklogRow {
  readonly oldest_seconds: number;
  readonly due: number;
  readonly waiting: number;
  readonly failed: number;
  readonly held: number;
  readonly lapsed_leases: number;
  readonly accepted: number;
  readonly overdue: number;
}

/** What is paid for and not delivered. Lines that go through at the first try are in none of the indexes that this reads, but for the moment of their delivery. */
export const BACKLOG: Statement = {
  name: 'orders.backlog',
  text: `
select unfinished.*, due.due, leases.lapsed_leases, provider.accepted, provider.overdue,
       greatest(0, extract(epoch from now() - least(oldest.paid_at, leases.oldest)))::float8 as oldest_seconds
  from (select count(*) filter (where status = 'open' and held_at is null)::int as waiting,
               count(*) filter (where status = 'failed' and held_at is null and given_up_at is null)::int as failed,
               count(*) filter (where held_at is not null)::int as held
          from order_line where status in ('open', 'failed') and paid_at is not null) unfinished,
       (select count(*)::int as due from order_line
         where status = 'open' and next_attempt_at is not null and held_at is null and next_attempt_at <= now()) due,
       (select min(paid_at) as paid_at from order_line where status in ('open', 'failed') and given_up_at is null and paid_at is not null) oldest,
       (select count(*) filter (where lease_until <= now())::int as lapsed_leases, min(paid_at) as oldest
          from order_line where lease_until is not null and status = 'fulfilling') leases,
       (select count(*)::int as accepted, count(*) filter (where accepted_until <= now())::int as overdue
          from order_line where status = 'accepted') provider`,
};
