import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * So many unfinished lines of paid orders, and PostgreSQL's statistics of them. Line `n` has the kind, type and course of its
 * number; one in 100 is held, one in 50 given up, one in 3 waits.
 */
export async function fillWithUnfinishedLines(em: EntityManager, count: number, courses = 40): Promise<void> {
  const sql = em.fork();
  await sql.execute(
    `insert into orders (id, number, status, currency, total_minor, learner_username, placed_by, email_opt_in, payment_processor, payment_status, line_count, placed_at)
     select gen_random_uuid(), 'U-' || n, 'fulfillment_error', 'USD', 0, 'learner-' || n, 'staff', false, 'free', 'settled', 100, now() from generate_series(0, ?) n`,
    [Math.floor(count / 100)],
  );
  await sql.execute(
    `insert into order_line (id, order_id, position, sku, product_id, product_type, title, details, quantity, unit_price_minor, learner_username, sold_once,
                             status, attempts, failure_kind, failure_detail, failure_passing, paid_at, held_at, given_up_at, course_id)
     select gen_random_uuid(), o.id, n % 100, 'SKU-' || n % 1000, gen_random_uuid(), case when n % 10 = 0 then 'donation' else 'seat' end, 'x',
            case when n % 10 = 0 then '{}' else jsonb_build_object('courseId', 'course-' || n % ?) end, 1, 0, 'learner-' || n % 5000, false,
            case when n % 3 = 0 then 'open' else 'failed' end, 1, (array['server', 'network', 'rejected', null])[1 + n % 4], case when n % 4 < 3 then 'x' end, case when n % 4 < 3 then true end,
            now() - case n % 5 when 0 then interval '5 minutes' when 1 then interval '5 hours' when 2 then interval '3 days' else interval '30 days' end,
            case when n % 100 = 0 then now() end, case when n % 50 = 7 then now() end,
            case when n % 10 <> 0 then 'course-' || n % ? end
       from generate_series(0, ? - 1) n join orders o on o.number = 'U-' || n / 100`,
    [courses, courses, count],
  );
  // The visibility map lets an index answer without a look at the table.
  await sql.execute('vacuum analyze order_line');
}
