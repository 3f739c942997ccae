import { withClient } from '../../kit/src/database.js';

const SLICE = 100_000;

/** `$1` to `$2`: numbers of orders; every `$3`-th is due until there are `$4`, so the due lines lie as far from one another as they can. */
const SOURCE = `
select n, n % $3::int = 0 and n <= $3::int * $4::int as due, ('019b0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as order_id, ('019b0000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as line_id
  from generate_series($1::int, $2::int) n`;

const ORDERS = `
insert into orders (id, number, status, currency, total_minor, learner_username, learner_email, placed_by, email_opt_in, payment_processor, payment_reference, payment_status, line_count, placed_at)
select order_id, 'OF-' || n, case when due then 'fulfillment_error' else 'complete' end, 'USD', 9900, 'learner_' || n, 'learner_' || n || '@example.com', 'staff', false, 'invoice', 'PO-7', 'settled', 1,
       now() - n * interval '1 second'
  from (${SOURCE}) source`;

const LINES = `
insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, sold_once, learner_username,
                        status, attempts, tries, receipt, failure_kind, failure_detail, failure_passing, next_attempt_at, paid_at, retry_since, course_id)
select line_id, order_id, 1, 'C0A17E3', '019b0000-0000-7000-a000-000000000001', case n % 7 when 0 then 'donation' else 'seat' end, 'Chemistry One',
       jsonb_build_object('courseId', 'course-v1:AcmeX+CHEM' || n % 20 || '+2026', 'mode', 'verified'), 1, 9900, false, 'learner_' || n,
       case when due then 'open' else 'fulfilled' end, 1, 1, case when due then null else 'course-v1:AcmeX+CHEM1+2026 (verified)' end,
       case when due then 'server' end, case when due then 'Service Unavailable' end, case when due then true end,
       case when due then now() - n * interval '1 millisecond' end, now() - n * interval '1 second', now() - n * interval '1 second', 'course-v1:AcmeX+CHEM' || n % 20 || '+2026'
  from (${SOURCE}) source`;

/** Fills a database with paid orders of one line each; all that are not due are fulfilled. */
export async function writeOrders(databaseUrl: string, orders: number, dueOrders: number): Promise<void> {
  const everyNth = Math.floor(orders / dueOrders);
  await withClient(databaseUrl, async (client) => {
    for (let from = 1; from <= orders; from += SLICE) {
      const values = [from, Math.min(from + SLICE - 1, orders), everyNth, dueOrders];
      await client.query(ORDERS, values);
      await client.query(LINES, values);
    }
  });
}
