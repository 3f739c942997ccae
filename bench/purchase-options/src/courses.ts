import { execute, settleDatabase } from '../../kit/src/database.js';

/** The key of the course with this number. */
export function courseId(number: number): string {
  return `course-v1:AcmeX+BENCH${number}+2027`;
}

/** Fills a database with so many courses, each with three modes, one of which is sold in bulk as well and has a deadline, and with a rollout of two rules. */
export async function layCourses(databaseUrl: string, count: number): Promise<void> {
  await execute(
    databaseUrl,
    `insert into course (id, name) select 'course-v1:AcmeX+BENCH' || n || '+2027', 'A course of the benchmark, number ' || n from generate_series(0, ${count - 1}) n`,
    `insert into product (id, product_type, title, details, course_id, mode, created_at, updated_at)
     select gen_random_uuid(), kind.type, c.name, jsonb_build_object('courseId', c.id, 'mode', kind.mode), c.id, kind.mode, now() + kind.position * interval '1 microsecond', now()
       from course c, (values (1, 'seat', 'audit'), (2, 'seat', 'verified'), (3, 'seat', 'professional'), (4, 'enrollment-code', 'verified')) kind (position, type, mode)`,
    `insert into sku (sku, product_id, price_minor, currency, available_until, created_at, updated_at)
     select upper(left(md5(id::text), 16)), id, case mode when 'audit' then 0 else 4900 end, 'USD', case mode when 'verified' then now() + interval '1 year' end, now(), now() from product`,
    `insert into rollout_version (version, document, actor, reason, created_at)
     values (1, '{"enabled": true, "rules": [{"partner": null, "coursePattern": "course-v1:AcmeX+*", "percentage": 50, "startsAt": null, "endsAt": null},
                                             {"partner": "default", "coursePattern": "*", "percentage": 10, "startsAt": null, "endsAt": null}]}', 'bench', 'a benchmark', now())`,
  );
  await settleDatabase(databaseUrl);
}
