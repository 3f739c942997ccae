import { withClient } from './database.js';

/** Which of many waiting orders to write. */
export interface DueLines {
  /** The number of the first one: orders and learners are named by it. */
  readonly from: number;
  readonly count: number;
  /** When the first of them is due, by the database's clock; the others follow, a microsecond apart. Below 0: they are due. */
  readonly inMs: number;
}

/**
 * Paid orders of one seat each that failed once and wait to be tried again, with their attempt. A retry of a seat looks
 * at the enrollment first, so each costs two calls.
 */
const WRITE = `
with source as (
  select n, ('019b0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as order_id, ('019b0000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as line_id
    from generate_series($1::int, $1::int + $2::int - 1) n
), placed as (
  insert into orders (id, number, status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in,
                      payment_processor, payment_reference, payment_status, line_count, placed_at)
  select order_id, 'OF-' || n, 'fulfillment_error', 'USD', 9900, 'learner_' || n, 'learner_' || n || '@example.com', 'staff', false,
         'invoice', 'PO-7', 'settled', 1, now() - interval '10 minutes' + n * interval '1 microsecond' from source
), lines as (
  insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once, learner_username,
                          status, attempts, tries, failure_kind, failure_detail, failure_passing, next_attempt_at, paid_at, retry_since, course_id)
  select line_id, order_id, 1, 'C0A17E3', '019b0000-0000-7000-a000-000000000001', 'seat', 'Chemistry One', '{"courseId": "course-v1:AcmeX+CHEM1+2026", "mode": "verified"}', 1, 9900, false, 'learner_' || n,
         'open', 1, 1, 'server', 'Service Unavailable', true, now() + $3::int * interval '1 millisecond' + n * interval '1 microsecond',
         now() - interval '10 minutes', now() - interval '10 minutes', 'course-v1:AcmeX+CHEM1+2026' from source
)
insert into fulfillment_attempt (claim_id, line_id, purpose, requested_by, started_at, ended_at, duration_ms, outcome, http_status, detail)
select gen_random_uuid(), line_id, 'deliver', 'checkout:staff', now() - interval '10 minutes', now() - interval '10 minutes', 12, 'failed', 503, 'Service Unavailable' from source`;

/** Writes waiting orders, in one commit. */
export async function writeDueLines(databaseUrl: string, { from, count, inMs }: DueLines): Promise<void> {
  await withClient(databaseUrl, (client) => client.query(WRITE, [from, count, inMs]));
}

/** Lines that are not fulfilled. Read from indexes that hold nothing else. */
export const UNFINISHED = `
select ((select count(*) from order_line where status in ('open', 'failed')) + (select count(*) from order_line where lease_until is not null and status = 'fulfilling'))::int as lines`;
