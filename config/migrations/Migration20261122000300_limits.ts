import { Migration } from '@mikro-orm/migrations';

/** Breaker and rate of each dependency, where there is no Redis; what operators set, and their audit. */
export class Migration20261122000300_limits extends Migration {
  override up(): void {
    this.addSql(STATE);
    this.addSql(SETTING);
    this.addSql(CHANGE);
  }

  override down(): void {
    this.addSql(`drop table dependency_change, dependency_setting, dependency_state`);
  }
}

// Written by comparison of the version: who read an older one reads again.
const STATE = `create table dependency_state (
  name text primary key,
  state jsonb not null,
  version bigint not null,
  updated_at timestamptz not null
)`;

// A null rate is the configured one, 0 is none.
const SETTING = `create table dependency_setting (
  name text primary key,
  paused_at timestamptz,
  reason text,
  actor text,
  rate_per_minute integer constraint dependency_setting_rate_check check (rate_per_minute >= 0),
  updated_at timestamptz not null,
  constraint dependency_setting_pause_check check ((paused_at is null) = (reason is null) and (paused_at is null) = (actor is null))
)`;

const CHANGE = `create table dependency_change (
  id bigint generated always as identity primary key,
  name text not null,
  at timestamptz not null,
  actor text not null,
  reason text not null,
  change jsonb not null
)`;
