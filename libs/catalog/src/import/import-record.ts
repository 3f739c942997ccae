import type { ImportSession } from './import-session.js';
import { RESUMABLE, type ImportSource } from './import-source.js';
import { BEGIN, FINISH, LOCK_CLASS, OPEN_PLACE, REMOVE, TOUCH, UNFINISHED, UNSTAGE, type ImportRow } from './import-record.statements.js';
import { ImportStoppedError } from './row-problems.js';

/** What is staged of an import that broke off is too old after so many days. */
export const STALE_AFTER_DAYS = 3;

export interface BeginOptions {
  readonly actor: string;
  /** Whether an import that broke off is forgotten, and begun anew. */
  readonly restart: boolean;
}

/** Where an import stands that is about to be read. */
export interface Begun {
  readonly id: number;
  /** Where to go on, or null. */
  readonly position: string | null;
  /** Whether the source is read, and only to be written. */
  readonly isRead: boolean;
  /** When it broke off; null when it is new. */
  readonly brokeOffAt: Date | null;
  readonly rows: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** The records of imports: which are under way, and where those stand that were left unfinished. */
export class ImportRecords {
  constructor(private readonly session: ImportSession) {}

  /**
   * Begins an import, or goes on with one of the same source that broke off, and removes what others have left. It is this
   * session's until the session ends.
   *
   * @throws {ImportStoppedError} when another process is reading the same source.
   */
  begin(source: ImportSource, options: BeginOptions): Promise<Begun> {
    return this.session.transaction(async () => {
      await this.session.query('select pg_advisory_xact_lock($1, 0)', [LOCK_CLASS.begin]);
      const unfinished = await this.session.query<ImportRow>(UNFINISHED, [STALE_AFTER_DAYS]);
      let found: Begun | null = null;
      for (const row of unfinished) found = (await this.judge(row, source, options)) ?? found;
      return found ?? this.beginNew(source, options.actor);
    });
  }

  async markRead(id: number): Promise<void> {
    await this.session.query(TOUCH, [id, 'read']);
  }

  /** To be called in the transaction that writes the catalog. */
  async finish(id: number, counts: object): Promise<void> {
    for (const statement of UNSTAGE) await this.session.query(statement, [id]);
    await this.session.query(FINISH, [id, JSON.stringify(counts)]);
  }

  /** Leaves no trace of it. */
  async remove(id: number): Promise<void> {
    for (const statement of [...UNSTAGE, REMOVE]) await this.session.query(statement, [id]);
  }

  /** What becomes of an import that is not done: it goes on here (it is answered), is left to another process, or is removed. */
  private async judge(row: ImportRow, source: ImportSource, { restart }: BeginOptions): Promise<Begun | null> {
    const isSame = RESUMABLE.has(row.source) && row.source === source.kind && row.origin === source.origin;
    if (!(await this.take(row.id))) {
      if (isSame) throw new ImportStoppedError(`Somebody else (${row.actor}) is importing from ${row.origin} just now, since ${row.started_at.toISOString()}. Wait for it, or stop it first.`);
      return null;
    }
    // Without a place, what was staged went with a crash of the database server.
    const canGoOn = RESUMABLE.has(row.source) && !row.stale && row.rows !== null;
    if (canGoOn && isSame && !restart) return begunOf(row);
    if (canGoOn && !isSame) return this.leave(row.id);
    await this.remove(row.id);
    return this.leave(row.id);
  }

  private async beginNew(source: ImportSource, actor: string): Promise<Begun> {
    const [row] = await this.session.query<{ id: number }>(BEGIN, [source.kind, source.origin, actor]);
    const id = row?.id ?? 0;
    await this.session.query(OPEN_PLACE, [id]);
    await this.take(id);
    return { id, position: null, isRead: false, brokeOffAt: null, rows: 0, skipped: {} };
  }

  private async take(id: number): Promise<boolean> {
    const [row] = await this.session.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [LOCK_CLASS.running, id]);
    return row?.taken ?? false;
  }

  private async leave(id: number): Promise<null> {
    await this.session.query('select pg_advisory_unlock($1, $2)', [LOCK_CLASS.running, id]);
    return null;
  }
}

function begunOf({ id, position, rows, status, skipped, updated_at: brokeOffAt }: ImportRow): Begun {
  return { id, position, isRead: status === 'read', brokeOffAt, rows: rows ?? 0, skipped: skipped ?? {} };
}
