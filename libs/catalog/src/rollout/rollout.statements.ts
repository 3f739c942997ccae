import type { StoredRollout } from './rollout.document.js';

/** A row of `rollout_version`. */
export interface VersionRow {
  /** A bigint, which node-postgres hands over as text. */
  readonly version: string;
  readonly document: StoredRollout;
  readonly actor: string;
  readonly reason: string;
  readonly created_at: Date;
}

const COLUMNS = 'version, document, actor, reason, created_at';

/** At most `$1` of them, newest first, from before version `$2` (null: from the newest). */
export const VERSIONS = {
  name: 'catalog.rollout_versions',
  text: `select ${COLUMNS} from rollout_version where ($2::bigint is null or version < $2) order by version desc limit $1`,
};

/**
 * Writes what follows version `$1`: document `$2`, by `$3`, because of `$4`. No row where that is not the newest. Who comes second to
 * an insert that is not committed yet waits for it at the key, and then writes nothing.
 */
export const ADD_VERSION = {
  name: 'catalog.rollout_add_version',
  text: `
insert into rollout_version (${COLUMNS})
select $1::bigint + 1, $2::jsonb, $3, $4, now()
 where $1 = coalesce((select max(version) from rollout_version), 0)
on conflict (version) do nothing
returning ${COLUMNS}`,
};

/** Writes the newest rules again with the switch at `$1`, by `$2`, because of `$3`. No row where somebody else wrote at the same moment. */
export const SWITCH = {
  name: 'catalog.rollout_switch',
  text: `
insert into rollout_version (${COLUMNS})
select coalesce(version, 0) + 1, coalesce(document, '{"rules": []}') || jsonb_build_object('enabled', $1::boolean), $2, $3, now()
  from (values (true)) always left join (select version, document from rollout_version order by version desc limit 1) newest on true
on conflict (version) do nothing
returning ${COLUMNS}`,
};

/** Which of the codes `$1` are partners. */
export const KNOWN_PARTNERS = {
  name: 'catalog.rollout_known_partners',
  text: `select code from partner where code = any ((select $1::text[])::text[])`,
};

export interface RolledCourseRow {
  readonly id: string;
  readonly partner: string;
}

/** The `$2` courses after id `$1`. */
export const COURSES_AFTER = {
  name: 'catalog.rollout_courses_after',
  text: `select id, partner from course where id > $1 order by id limit $2`,
};

/** By the clock that all replicas share. */
export const NOW = {
  name: 'catalog.rollout_now',
  text: `select now() as now`,
};
