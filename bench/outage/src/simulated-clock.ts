import pg from 'pg';

/**
 * The clock of one database, which stands still until it is set. Leases, due times, breaker and rate are all compared with
 * the database's `now()`: here it is shadowed, so that the product's own statements go by the simulation's time.
 */
export class SimulatedClock {
  private constructor(
    private readonly client: pg.Client,
    private readonly startedAt: Date,
  ) {}

  /** Call it when the schema is complete, and before the product opens its first connection. */
  static async install(databaseUrl: string): Promise<SimulatedClock> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(INSTALL);
    await client.query(SETTINGS);
    const { rows } = await client.query<{ at: Date }>('select at from simulation.clock');
    return new SimulatedClock(client, rows[0]?.at ?? new Date(NaN));
  }

  /** So many milliseconds after the start of the simulation. */
  async set(atMs: number): Promise<void> {
    await this.client.query('update simulation.clock set at = $1', [new Date(this.startedAt.getTime() + atMs)]);
  }

  /** When that was, on this clock. */
  msOf(instant: Date): number {
    return instant.getTime() - this.startedAt.getTime();
  }

  async stop(): Promise<void> {
    await this.client.end();
  }
}

/** Commits need not reach the disk: nothing here is measured in real time. */
const SETTINGS = `do $$ begin
  execute format('alter database %I set search_path = simulation, pg_catalog, public', current_database());
  execute format('alter database %I set synchronous_commit = off', current_database());
end $$`;

/** A name without its schema is looked up along the search path, and `pg_catalog` comes first unless it is named. */
const INSTALL = `
create schema simulation;
create table simulation.clock as select date_trunc('second', pg_catalog.now()) as at;
create function simulation.now() returns timestamptz language sql stable as 'select at from simulation.clock'`;
