/**
 * What every new request makes of a publication that is there already, but for who asks. Whoever publishes the course just now keeps his claim: his
 * settle finds another number of requests than he claimed, and makes it due at once. Otherwise it begins anew. What the holders before him were lost with
 * is not held against the request either: whoever takes over still runs alone. A confirmation ends where the course is sold in that mode again.
 */
export const REQUESTED_AGAIN = `
       requests = p.requests + 1, requested_at = now(), updated_at = now(), waiting_since = coalesce(p.waiting_since, now()),
       status = case when p.status = 'publishing' then p.status else 'waiting' end,
       due_at = case when p.status = 'publishing' then null else now() end,
       tries = 0, lost_leases = 0, differed = 0,
       failure_kind = case when p.status = 'publishing' then p.failure_kind end,
       failure_detail = case when p.status = 'publishing' then p.failure_detail end,
       failure_status = case when p.status = 'publishing' then p.failure_status end,
       removable_modes = array(
         select mode from unnest(p.removable_modes) m (mode) where not exists (
           select from product s join sku k on k.product_id = s.id where s.product_type = 'seat' and s.course_id = p.course_id and s.mode = m.mode and k.withdrawn_at is null)
          union select unnest(excluded.removable_modes) order by 1)`;

/**
 * The course writer's word that courses are to be published as they are by now. To be run in the transaction of the change, after the
 * courses' own rows are written. One row a course: what was to be published before is replaced, so the last write wins.
 *
 * `$1` text[] course ids, each at most once; `$2` bigint[] their versions, in the same order; `$3` text who changed them;
 * `$4` jsonb (null for none): by course id, the modes that somebody has confirmed to withdraw, e.g. `{"course-v1:A+B+C":["honor"]}`: these
 * alone may be removed from the LMS. What was confirmed before, and no publication has come to an end with, stays confirmed.
 *
 * Gives the `RequestedRow`s that `PublicationWakeUps.requested` takes, after the commit. Rows are locked in the order of their ids, so that two
 * writers never wait for each other in a circle.
 */
export const REQUEST_PUBLICATION = {
  name: 'catalog.request_publication',
  text: `
with wanted as (
  select c.id, c.version, coalesce((select array_agg(mode) from jsonb_array_elements_text($4::jsonb -> c.id) mode), '{}') as removable
    from unnest((select $1::text[])::text[], (select $2::bigint[])::bigint[]) as c (id, version)
)
insert into publication as p (course_id, wanted_version, status, requested_at, requested_by, waiting_since, due_at, removable_modes, updated_at)
select id, version, 'waiting', now(), $3, now(), now(), removable, now() from wanted order by id
on conflict (course_id) do update
   set wanted_version = greatest(p.wanted_version, excluded.wanted_version), requested_by = excluded.requested_by, reason = null,${REQUESTED_AGAIN}
returning course_id, requests`,
};

/** A course that shall be published, and the number of the request. */
export interface RequestedRow {
  readonly course_id: string;
  /** A bigint, as text. */
  readonly requests: string;
}
