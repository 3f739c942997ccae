import { rolloutFrom, type RolloutDocument, type StoredRollout } from '../rollout/rollout.document.js';

/** What the statements that read it along say of the newest rollout. */
export interface RolloutRow {
  /** A bigint, which node-postgres hands over as text. Null: none was ever written. */
  readonly rollout_version: string | null;
  /** In one row of each answer, and only where the version is not the one that was known. */
  readonly rollout_document: StoredRollout | null;
}

/** A common table expression of the newest rollout; `ROLLOUT_COLUMNS` read it. */
export const NEWEST_ROLLOUT = `newest as (select version, document from rollout_version order by version desc limit 1)`;

/** `$2` is the version that is known (null: none): its document is not sent again. */
export const ROLLOUT_COLUMNS = `newest.version as rollout_version,
       case when newest.version is distinct from $2::bigint and row_number() over () = 1 then newest.document end as rollout_document`;

interface KnownRollout {
  readonly version: string | null;
  readonly document: RolloutDocument | null;
}

/** Keeps the rollout that was read last, so that its document is fetched and read once for each version. */
export class NewestRollout {
  private known: KnownRollout = { version: null, document: null };

  /** Reads rows, and the rollout as it is in the same snapshot. `ask` gets the version that is known. */
  async readWith<Row extends RolloutRow>(ask: (knownVersion: string | null) => Promise<Row[]>): Promise<{ rows: Row[]; rollout: RolloutDocument | null }> {
    const { known } = this;
    const rows = await ask(known.version);
    const [first] = rows;
    if (!first || first.rollout_version === known.version) return { rows, rollout: known.document };
    const stored = rows.find(({ rollout_document: document }) => document !== null)?.rollout_document ?? null;
    this.known = { version: first.rollout_version, document: stored && rolloutFrom(stored) };
    return { rows, rollout: this.known.document };
  }
}
