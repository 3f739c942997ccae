export const LEASE_RAN_OUT = 'The lease ran out before the holder said what came of it.';

export interface DueRow {
  readonly course_id: string;
  readonly due_at: Date;
  readonly alone: boolean;
}

/** The `$1` oldest courses that are to be published, or were left by their holder. */
export const FIND_DUE = {
  name: 'catalog.find_due_publications',
  text: `
(select course_id, due_at, lost_leases > 0 as alone from publication where due_at <= now() order by due_at limit $1)
union all
(select course_id, lease_until, true from publication where lease_until <= now() order by lease_until limit $1)
order by due_at
limit $1`,
};

export interface ClaimRow {
  readonly claim_id: string;
  readonly requests: string;
  readonly tries: number;
  readonly lost_leases: number;
  readonly differed: number;
  readonly removable_modes: string[];
}

/**
 * The claim of the course `$1`, for `$2` milliseconds. Its attempt is on record before anybody is called. It never waits: a row that is locked
 * just now is left to whoever holds it. A course that a holder was lost with is claimed only by somebody who runs nothing else meanwhile
 * (`$3`), and what that holder sent may still arrive: for `$4` milliseconds from now.
 */
export const CLAIM = {
  name: 'catalog.claim_publication',
  text: `
with picked as (
  select course_id, status from publication l
   where l.course_id = $1 and (l.claim_id is null and l.due_at <= now() or l.lease_until <= now())
     and ($3 or l.lost_leases = 0 and l.status <> 'publishing')
     for no key update skip locked
), claimed as (
  update publication p
     set status = 'publishing', claim_id = gen_random_uuid(), lease_until = now() + $2::int * interval '1 millisecond', due_at = null, tries = p.tries + 1,
         lost_leases = case when picked.status = 'publishing' then p.lost_leases + 1 else p.lost_leases end,
         late_until = case when picked.status = 'publishing' then greatest(p.late_until, now() + $4::int * interval '1 millisecond') else p.late_until end,
         updated_at = now()
    from picked where p.course_id = picked.course_id
  returning p.*
), closed as (
  update publication_attempt a set outcome = 'unknown', ended_at = now(), detail = '${LEASE_RAN_OUT}'
    from claimed c where a.course_id = c.course_id and a.outcome = 'pending'
), opened as (
  insert into publication_attempt (claim_id, course_id, version, requested_by, reason, started_at, outcome)
  select claim_id, course_id, wanted_version, requested_by, reason, now(), 'pending' from claimed
)
select claim_id, requests, tries, lost_leases, differed, removable_modes from claimed`,
};

export interface SettledRow {
  /** From now until it is to be looked at again; null: not by itself. */
  readonly due_in_ms: number | null;
}

/** Nobody has wanted anything since the claim. */
const SAME = `p.requests = $3`;
const DONE = `(${SAME} and $4 = 'published')`;
const KEPT_ATTEMPTS = 100;
const LATE_UNTIL = `greatest(p.late_until, now() + $12::int * interval '1 millisecond')`;

/**
 * What came of the claim `$2` of the course `$1`. A claim that was lost changes no publication; its attempt is closed all the same.
 *
 * `$3` is the number of requests that was claimed: when there were more meanwhile, the course is due at once, whatever came of this one. A success
 * while an old call may still arrive is looked at again when it no longer can, so that the old one does not stay.
 *
 * `$16` are the confirmations that were claimed: every end but a wait in passing uses them up, so that a mode that comes back later, or has become something
 * else by then, is asked for anew. Of the course's attempts the newest hundred are kept.
 */
export const SETTLE = {
  name: 'catalog.settle_publication',
  text: `
with settled as (
  update publication p
     set status = case when ${SAME} then $4 else 'waiting' end,
         due_at = case when not ${SAME} then now()
                       when $4 = 'waiting' then now() + $5::int * interval '1 millisecond'
                       when $4 = 'published' and ${LATE_UNTIL} > now() then ${LATE_UNTIL} end,
         late_until = case when $4 = 'published' and ${LATE_UNTIL} <= now() then null else ${LATE_UNTIL} end,
         tries = case when ${SAME} and $4 = 'waiting' then $6::int else 0 end,
         differed = case when ${SAME} then $17::int else 0 end, lost_leases = 0, claim_id = null, lease_until = null, updated_at = now(),
         failure_kind = case when ${SAME} then $7 end, failure_detail = case when ${SAME} then $8 end, failure_status = case when ${SAME} then $9::int end,
         extra_modes = case $4 when 'waiting' then p.extra_modes when 'confirm_required' then $10::jsonb end,
         removable_modes = case when $4 = 'waiting' then p.removable_modes else array(select mode from unnest(p.removable_modes) mode where mode <> all ($16::text[]) order by mode) end,
         waiting_since = case when ${DONE} then null when $4 = 'published' then p.requested_at else coalesce(p.waiting_since, now()) end,
         published_version = coalesce($11::bigint, p.published_version),
         published_at = case when $4 = 'published' then now() else p.published_at end
   where p.course_id = $1 and p.claim_id = $2
  returning p.due_at
), ended as (
  update publication_attempt a
     set ended_at = now(), outcome = $13, http_status = $9::int, detail = $8, version = coalesce($14::bigint, a.version), removed_modes = $15
   where a.claim_id = $2
), pruned as (
  delete from publication_attempt a
   where a.course_id = $1 and a.claim_id <> $2
     and a.started_at < (select started_at from publication_attempt n where n.course_id = $1 order by started_at desc offset ${KEPT_ATTEMPTS - 1} limit 1)
)
select (extract(epoch from due_at - now()) * 1000)::float8 as due_in_ms from settled`,
};
