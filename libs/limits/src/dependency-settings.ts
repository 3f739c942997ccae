import { Injectable } from '@nestjs/common';
import { assertRate } from './limits.options.js';
import { LimitsDatabase } from './limits.database.js';
import type { Pause } from './rules.js';

/** What an operator changes. What is absent stays as it is. */
export interface DependencyChange {
  readonly paused?: boolean;
  /** 0: no limit. Null: the configured one again. */
  readonly ratePerMinute?: number | null;
}

/** Who changes something, and why. */
export interface ChangedBy {
  readonly actor: string;
  readonly reason: string;
}

/** What operators have set. */
export interface Setting {
  readonly pause: Pause | null;
  /** Null: the configured one counts. */
  readonly ratePerMinute: number | null;
}

const READ = { name: 'limits_read_settings', text: `select name, paused_at, reason, actor, rate_per_minute from dependency_setting` };

// $4: paused, resumed, or null for neither; $5: whether the rate is changed, to $6. One statement is one commit.
const CHANGE = {
  name: 'limits_change_setting',
  text: `with audit as (
    insert into dependency_change (name, at, actor, reason, change) values ($1, now(), $2, $3, $7::jsonb)
  )
  insert into dependency_setting as setting (name, paused_at, reason, actor, rate_per_minute, updated_at)
  values ($1, case when $4::boolean then now() end, case when $4::boolean then $3 end, case when $4::boolean then $2 end, $6::integer, now())
  on conflict (name) do update set
    paused_at = case when $4::boolean is null then setting.paused_at else excluded.paused_at end,
    reason = case when $4::boolean is null then setting.reason else excluded.reason end,
    actor = case when $4::boolean is null then setting.actor else excluded.actor end,
    rate_per_minute = case when $5::boolean then excluded.rate_per_minute else setting.rate_per_minute end,
    updated_at = now()`,
};

interface SettingRow {
  readonly name: string;
  readonly paused_at: Date | null;
  readonly reason: string | null;
  readonly actor: string | null;
  readonly rate_per_minute: number | null;
}

/** What operators set, in PostgreSQL, with an audit row for each change in the same commit. */
@Injectable()
export class DependencySettings {
  constructor(private readonly database: LimitsDatabase) {}

  async read(): Promise<ReadonlyMap<string, Setting>> {
    const rows = await this.database.run<SettingRow>(READ);
    return new Map(rows.map((row) => [row.name, { pause: pauseOf(row), ratePerMinute: row.rate_per_minute }]));
  }

  /** @throws {Error} when nothing is changed, the rate is no rate, or there is no actor or reason. */
  async change(dependency: string, change: DependencyChange, { actor, reason }: ChangedBy): Promise<void> {
    const { paused, ratePerMinute } = change;
    if (paused === undefined && ratePerMinute === undefined) throw new Error(`Nothing of ${dependency} is changed: say paused or ratePerMinute.`);
    if (typeof ratePerMinute === 'number') assertRate(dependency, ratePerMinute);
    if (actor.trim() === '' || reason.trim() === '') throw new Error(`A change of ${dependency} needs an actor and a reason.`);
    await this.database.run(CHANGE, [dependency, actor, reason, paused ?? null, ratePerMinute !== undefined, ratePerMinute ?? null, JSON.stringify(change)]);
  }
}

function pauseOf({ paused_at: at, reason, actor: by }: SettingRow): Pause | null {
  return at && reason !== null && by !== null ? { at, reason, by } : null;
}
