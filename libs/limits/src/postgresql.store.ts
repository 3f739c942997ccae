import { Injectable } from '@nestjs/common';
import { LimitsDatabase } from './limits.database.js';
import { readState, type SharedState } from './shared-state.js';
import type { Reading, StateStore } from './state-store.js';

const READ = {
  name: 'limits_read_states',
  text: `select extract(epoch from now())::float8 * 1000 as now_ms, name, state, version::text from (select 1) as one left join dependency_state on true`,
};

const CREATE = {
  name: 'limits_create_state',
  text: `insert into dependency_state (name, state, version, updated_at) values ($1, $2::jsonb, 1, now()) on conflict do nothing returning name`,
};

const WRITE = {
  name: 'limits_write_state',
  text: `update dependency_state set state = $2::jsonb, version = version + 1, updated_at = now() where name = $1 and version = $3::bigint returning name`,
};

interface StateRow {
  readonly now_ms: number;
  readonly name: string | null;
  readonly state: unknown;
  readonly version: string | null;
}

/** States in PostgreSQL: a row for each dependency, kept for ever. */
@Injectable()
export class PostgresqlStore implements StateStore {
  readonly kind = 'postgresql';

  constructor(private readonly database: LimitsDatabase) {}

  async read(): Promise<Reading> {
    const rows = await this.database.run<StateRow>(READ);
    const states = rows.flatMap(({ name, state, version }) => (name === null || version === null ? [] : [[name, { state: readState(state), version }] as const]));
    return { nowMs: rows[0]?.now_ms ?? Date.now(), states: new Map(states) };
  }

  async write(dependency: string, state: SharedState, version: string | null): Promise<boolean> {
    const values = [dependency, JSON.stringify(state)];
    const rows = version === null ? await this.database.run(CREATE, values) : await this.database.run(WRITE, [...values, version]);
    return rows.length === 1;
  }
}
