import type { ImportResult } from './import-result.js';
import type { SourceKind } from './import-source.js';

/** Imports that are under way, done, or were left unfinished. */

/** Two keys a lock: the first says what it is for. Another program on this database would have to choose the same numbers. */
export const LOCK_CLASS = {
  /** Beginning an import: for a moment. The second key is 0. */
  begin: 7_140_001,
  /** An import under way. The second key is its id. */
  running: 7_140_002,
  /** Writing an import to the catalog. The second key is 0. */
  writing: 7_140_003,
} as const;

export interface ImportRow {
  readonly id: number;
  readonly source: SourceKind;
  readonly origin: string;
  readonly actor: string;
  readonly status: 'reading' | 'read' | 'done';
  readonly started_at: Date;
  readonly updated_at: Date;
  /** Null also where nothing of the source is stored (any more). */
  readonly position: string | null;
  readonly rows: number | null;
  readonly skipped: Readonly<Record<string, number>> | null;
  readonly stale: boolean;
}

/** `$1` after how many days what is staged is too old to go on with. */
export const UNFINISHED = `
select i.id, i.source, i.origin, i.actor, i.status, i.started_at, i.updated_at, p.position, p.rows, p.skipped,
       i.updated_at < now() - make_interval(days => $1) as stale
  from catalog_import i left join catalog_import_place p on p.import_id = i.id
 where i.status <> 'done' order by i.id`;

/** `$1` source, `$2` origin, `$3` actor. */
export const BEGIN = `insert into catalog_import (source, origin, actor) values ($1, $2, $3) returning id`;

/** `$1` import. */
export const OPEN_PLACE = `insert into catalog_import_place (import_id) values ($1)`;

/** `$1` import, `$2` position, `$3` how many more rows, `$4` what more was skipped, by what it was. */
export const MOVE_PLACE = `
update catalog_import_place set position = $2, rows = rows + $3,
       skipped = (select coalesce(jsonb_object_agg(name, coalesce((skipped->>name)::int, 0) + coalesce(($4::jsonb->>name)::int, 0)), '{}')
                    from jsonb_object_keys(skipped || $4::jsonb) as name)
 where import_id = $1`;

/** `$1` import, `$2` status. */
export const TOUCH = `update catalog_import set status = $2, updated_at = now() where id = $1`;

/** `$1` import, `$2` what came of it. */
export const FINISH = `update catalog_import set status = 'done', counts = $2, updated_at = now(), finished_at = now() where id = $1`;

/** All that is stored of the import `$1` but its record. */
export const UNSTAGE = [
  `delete from catalog_import_problem where import_id = $1`,
  `delete from catalog_import_row where import_id = $1`,
  `delete from catalog_import_place where import_id = $1`,
];

export const REMOVE = `delete from catalog_import where id = $1`;

/** The last imports, unfinished ones first. */
export const LIST = `
select i.id, i.source, i.origin, i.actor, i.status, i.counts, i.started_at, i.updated_at, i.finished_at, p.rows,
       exists (select from pg_locks l where l.locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())
                  and l.classid = ${LOCK_CLASS.running} and l.objid = i.id and l.granted) as running
  from catalog_import i left join catalog_import_place p on p.import_id = i.id
 order by i.status = 'done', i.id desc limit 50`;

export interface ListedRow {
  readonly id: number;
  readonly source: SourceKind;
  readonly origin: string;
  readonly actor: string;
  readonly status: 'reading' | 'read' | 'done';
  /** What came of it; null while it is not done. */
  readonly counts: Pick<ImportResult, 'rows' | 'created' | 'updated' | 'unchanged'> | null;
  readonly started_at: Date;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
  readonly rows: number | null;
  readonly running: boolean;
}
