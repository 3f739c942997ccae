import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../error-code.js';
import { StartError } from '../start-error.js';
import { POSTGRES_ENVIRONMENT } from './cluster.js';
import type { ServerAccount } from './server-account.js';

const FAST_SHUTDOWN_LIMIT_MS = 15_000;
const IMMEDIATE_SHUTDOWN_LIMIT_MS = 5_000;
const SUPERUSER = 'postgres';
const WRONG_PASSWORD = '28P01';
const DUPLICATE_DATABASE = '42P04';

export interface PostgresServerOptions {
  readonly program: string;
  readonly account: ServerAccount | null;
  readonly folder: string;
  readonly password: string;
  readonly port: number;
  /** Descriptor of the log; the server owns it from now on. */
  readonly log: number;
}

/** A PostgreSQL that was started here. It has a session of its own, so that Ctrl-C in a terminal does not stop it before its clients. */
export class PostgresServer {
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private ended = false;

  constructor(private readonly options: PostgresServerOptions) {
    const { program, folder, port, account, log } = options;
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'fsync=on'];
    this.child = spawn(program, ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
      cwd: '/',
      env: POSTGRES_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log, log],
      ...account,
    });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const end = (): void => {
        this.ended = true;
        resolve();
      };
      this.child.once('exit', end).once('error', end);
    });
  }

  get hasExited(): boolean {
    return this.ended;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The URL of one of this server's databases, as the superuser. It holds the password. */
  databaseUrl(name: string): string {
    return `postgresql://${SUPERUSER}:${encodeURIComponent(this.options.password)}@127.0.0.1:${this.options.port}/${encodeURIComponent(name)}`;
  }

  /** Whether the server on our port takes connections and is the one on our folder. @throws {StartError} when the password is not this cluster's. */
  async answers(): Promise<boolean> {
    try {
      const result = await this.query<{ data_directory: string }>('SHOW data_directory');
      return result[0] !== undefined && realpathSync(result[0].data_directory) === realpathSync(this.options.folder);
    } catch (error) {
      if (!this.ended && errorCode(error) === WRONG_PASSWORD) {
        throw new StartError(`The database in ${this.options.folder} has another password than secrets.json beside it: put the right file back, or move both away to begin anew.`);
      }
      return false;
    }
  }

  /** Makes the database unless it is there. */
  async ensureDatabase(name: string): Promise<void> {
    try {
      await this.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      if (errorCode(error) !== DUPLICATE_DATABASE) throw error;
    }
  }

  /** Ends sessions and stops, without waiting for clients; harder when that takes too long. */
  async stop(): Promise<void> {
    for (const [signal, limitMs] of [['SIGINT', FAST_SHUTDOWN_LIMIT_MS], ['SIGQUIT', IMMEDIATE_SHUTDOWN_LIMIT_MS], ['SIGKILL', IMMEDIATE_SHUTDOWN_LIMIT_MS]] as const) {
      if (this.ended) return;
      this.child.kill(signal);
      await this.exitWithin(limitMs);
    }
  }

  /** Stops at once; the next start recovers from the log. */
  kill(): void {
    if (!this.ended) this.child.kill('SIGQUIT');
  }

  private async exitWithin(limitMs: number): Promise<void> {
    await Promise.race([this.exited, sleep(limitMs, undefined, { ref: false })]);
  }

  private async query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl('postgres'), connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}
