import { notYet, over } from '../availability.js';
import { NEWEST_ROLLOUT, ROLLOUT_COLUMNS, type RolloutRow } from './newest-rollout.js';

/** An offer as JSON, of `product p` and of `sku s`. PostgreSQL's clock judges. */
const OFFER = (p: string, s: string) => `'sku', ${s}.sku, 'product_type', ${p}.product_type, 'details', ${p}.details, 'available_from', ${s}.available_from,
  'available_until', ${s}.available_until, 'not_yet', ${notYet(s)}, 'over', ${over(s)}`;

/**
 * How the courses `$1` are sold, with the newest rollout (`$2` see `ROLLOUT_COLUMNS`): one row for each that there is. `$3` and `$4` are the
 * versions of each course and of the rollout that the reader has already (null: none): where both are still the newest, `course` is null.
 * A product that is offered under several SKUs shows its oldest, as everywhere.
 *
 * One value for a course, because each column costs the driver more than what stands in it. The arrays stand in sub-selects for the reason
 * that `QUOTE` gives.
 */
export const COURSE_OFFERS = {
  name: 'catalog.course_offers',
  text: `
with ${NEWEST_ROLLOUT}
select asked.n::int as question, now() as at, c.version as course_version, ${ROLLOUT_COLUMNS},
       case when c.version is distinct from asked.course_version or newest.version is distinct from asked.rollout_version then json_build_object(
         'id', c.id, 'name', c.name, 'partner', c.partner, 'modes', (
           select coalesce(json_agg(json_build_object('mode', p.mode, 'price_minor', s.price_minor, 'currency', s.currency, ${OFFER('p', 's')}, 'bulk', b.offer) order by p.created_at, p.id), '[]')
             from product p
             join lateral (select * from sku where product_id = p.id and withdrawn_at is null order by created_at, sku limit 1) s on true
             left join lateral (
               select json_build_object(${OFFER('bp', 'k')}) as offer from product bp join sku k on k.product_id = bp.id and k.withdrawn_at is null
                where bp.product_type = 'enrollment-code' and bp.course_id = p.course_id and bp.mode = p.mode order by k.created_at, k.sku limit 1
             ) b on true
            where p.product_type = 'seat' and p.course_id = c.id
         )) end as course
  from unnest((select $1::text[]), (select $3::bigint[]), (select $4::bigint[])) with ordinality as asked (id, course_version, rollout_version, n)
  join course c on c.id = asked.id
  left join newest on true`,
};

export interface CourseOfferRow extends RolloutRow {
  /** The place of the question, from 1. */
  readonly question: number;
  readonly at: Date;
  /** A bigint, which node-postgres hands over as text. */
  readonly course_version: string;
  /** Null: as the reader knows it. */
  readonly course: OfferedCourse | null;
}

export interface OfferedCourse {
  readonly id: string;
  readonly name: string;
  readonly partner: string;
  readonly modes: readonly OfferedMode[];
}

export interface OfferedMode extends OfferedSku {
  readonly mode: string;
  readonly price_minor: number;
  readonly currency: string;
  readonly bulk: OfferedSku | null;
}

/** Times as JSON has them. */
export interface OfferedSku {
  readonly sku: string;
  readonly product_type: string;
  readonly details: unknown;
  readonly available_from: string | null;
  readonly available_until: string | null;
  readonly not_yet: boolean | null;
  readonly over: boolean | null;
}
