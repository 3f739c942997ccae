import { join } from 'node:path';
import type { StackAddresses } from './banner.js';
import { ChildProgram } from './child-program.js';
import { gatewayVariables, shopVariables } from './demo-gateway.js';
import type { StackPlan } from './plan.js';
import { becomesTrue } from './polling.js';
import { addressOf, freePort } from './ports.js';
import { startEmbeddedPostgres } from './postgres/embedded-postgres.js';
import type { PostgresServer } from './postgres/postgres-server.js';
import { startRedis, type RedisServer } from './redis-server.js';
import { StartError } from './start-error.js';
import { stopLimitMs } from './stop-limit.js';

const START_LIMIT_MS = 60_000;
const DATABASE = 'order_fulfillment';
const LOOPBACK = '127.0.0.1';
/** An application that the sandbox LMS is born with, whose owner is staff. */
export const SANDBOX_APPLICATION = { LMS_OAUTH_CLIENT_ID: 'sandbox-client', LMS_OAUTH_CLIENT_SECRET: 'sandbox-secret' };

/** Everything that `npm start` runs: the database, the schema and the catalog, Redis, the sandbox LMS, the sandbox gateway, the API, the worker. */
export class LocalStack {
  /** Resolves with the reason when a part ends although nobody asked it to. */
  readonly broken: Promise<StartError>;
  private readonly programs: ChildProgram[] = [];
  private readonly stopping = new AbortController();
  private starting = Promise.resolve();
  private postgres: PostgresServer | null = null;
  private redis: RedisServer | null = null;
  private breaks: (reason: StartError) => void = () => undefined;

  constructor(
    private readonly plan: StackPlan,
    private readonly report: (line: string) => void,
  ) {
    this.broken = new Promise((resolve) => {
      this.breaks = resolve;
    });
  }

  /** Starts part after part and answers when the API is ready. @throws {StartError} with the last words of the part that failed. */
  start(): Promise<StackAddresses> {
    const addresses = this.startParts();
    this.starting = addresses.then(
      () => undefined,
      () => undefined,
    );
    return addresses;
  }

  /** Stops the API, then what it depends on. Ends a start that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort(new StartError('The start was interrupted.'));
    for (const program of this.programs.toReversed()) await program.stop(stopLimitMs(await program.waitForEvent('listening', 0).catch(() => null)));
    await this.starting;
    await this.redis?.stop();
    await this.postgres?.stop();
  }

  /** Ends everything at once. */
  kill(): void {
    for (const program of this.programs) program.kill('SIGKILL');
    this.redis?.kill();
    this.postgres?.kill();
  }

  /** Only our own database gets the catalog of the demo. */
  private async startParts(): Promise<StackAddresses> {
    const DATABASE_URL = await this.startDatabase();
    await this.runOnce('the migrations', 'apps/ops/src/migrate.main.js', { DATABASE_URL });
    if (this.postgres) await this.runOnce('the catalog seed', 'apps/ops/src/catalog-seed.main.js', { DATABASE_URL });
    const lms = await this.startLms();
    const servers = { DATABASE_URL, LMS_URL: lms.lmsUrl, ...(lms.lmsControlUrl === null ? {} : SANDBOX_APPLICATION), ...(await this.startRedis()) };
    const apiPort = await this.apiPort();
    const gateway = await this.startGateway(apiPort);
    const apiUrl = await this.startApi({ ...servers, ...gateway?.shop }, apiPort);
    await this.startWorker({ ...servers, ...gateway?.shop });
    return { apiUrl, ...lms, gateway, databaseUrl: this.postgres && DATABASE_URL, dataFolder: this.plan.dataFolder };
  }

  private async startDatabase(): Promise<string> {
    const { database } = this.plan;
    if ('url' in database) return database.url;
    this.report('Starting PostgreSQL …');
    this.postgres = await startEmbeddedPostgres({ ...database, report: this.report, signal: this.stopping.signal });
    void this.postgres.exited.then(() => {
      this.breaks(new StartError(`PostgreSQL ended by itself; see ${join(this.plan.dataFolder, 'postgres.log')}.`));
    });
    await this.postgres.ensureDatabase(DATABASE);
    return this.postgres.databaseUrl(DATABASE);
  }

  /** Without a Redis the retries are found by the sweep alone, which is slower by seconds. */
  private async startRedis(): Promise<{ REDIS_URL?: string }> {
    const { redisUrl, dataFolder } = this.plan;
    if (redisUrl !== null) return { REDIS_URL: redisUrl };
    this.redis = await startRedis(join(dataFolder, 'redis'));
    this.report(this.redis === null ? 'No redis-server or valkey-server here: retries do without.' : 'Started Redis.');
    return this.redis === null ? {} : { REDIS_URL: this.redis.url };
  }

  private async startWorker(env: Record<string, string>): Promise<void> {
    this.report('Starting the worker …');
    const worker = this.launch('the worker', 'apps/worker/src/main.js', 'worker.log', { ...env, HOST: this.plan.api.host, WORKER_PORT: String(this.plan.worker.port) });
    await this.whenSaid(worker, 'listening');
  }

  private async startLms(): Promise<{ lmsUrl: string; lmsControlUrl: string | null }> {
    const { lms, dataFolder } = this.plan;
    if ('url' in lms) return { lmsUrl: lms.url, lmsControlUrl: null };
    this.report('Starting the sandbox LMS …');
    const sandbox = this.launch('the sandbox LMS', 'apps/lms-sandbox/src/main.js', 'lms-sandbox.log', {
      PORT: String(lms.port),
      CONTROL_PORT: String(lms.controlPort),
      HOST: LOOPBACK,
      LMS_SANDBOX_STATE_FILE: join(dataFolder, 'lms-sandbox.json'),
    });
    const ready = await this.whenSaid(sandbox, 'ready');
    return { lmsUrl: String(ready['lmsUrl']), lmsControlUrl: String(ready['controlUrl']) };
  }

  private async startGateway(apiPort: number): Promise<StackAddresses['gateway']> {
    const { gateway, dataFolder, api } = this.plan;
    if (gateway === null) return null;
    this.report('Starting the sandbox gateway …');
    const sandbox = this.launch('the sandbox gateway', 'apps/gateway-sandbox/src/main.js', 'gateway-sandbox.log', {
      ...gatewayVariables(addressOf(api.host, apiPort)),
      GATEWAY_SANDBOX_PORT: String(gateway.port),
      GATEWAY_SANDBOX_CONTROL_PORT: String(gateway.controlPort),
      GATEWAY_SANDBOX_STATE: join(dataFolder, 'gateway-sandbox.json'),
    });
    const { gatewayUrl, controlUrl } = await this.whenSaid(sandbox, 'ready');
    return { url: String(gatewayUrl), controlUrl: String(controlUrl), shop: shopVariables(String(gatewayUrl), apiPort) };
  }

  /** Links and webhooks name the port, so it is chosen before there is an API. */
  private async apiPort(): Promise<number> {
    const { host, port } = this.plan.api;
    return port === 0 ? freePort(host) : port;
  }

  private async startApi(env: Record<string, string>, port: number): Promise<string> {
    this.report('Starting the API …');
    const { host, publicUrl } = this.plan.api;
    const api = this.launch('the API', 'apps/api/src/main.js', 'api.log', { ...env, HOST: host, PORT: String(port), PUBLIC_URL: publicUrl ?? addressOf(host, port) });
    const url = String((await this.whenSaid(api, 'listening'))['url']);
    const ready = async (): Promise<boolean> => api.ending !== null || (await isReady(url));
    if (!(await becomesTrue(ready, { limitMs: START_LIMIT_MS, signal: this.stopping.signal }))) throw new StartError(`The API does not become ready: ${url}/health/ready says why.`);
    if (api.ending !== null) throw new StartError(api.lastWords());
    return url;
  }

  private async runOnce(name: string, entry: string, env: Record<string, string>): Promise<void> {
    this.report(`Running ${name} …`);
    const program = this.spawn(name, entry, env);
    await program.exited;
    if (!program.succeeded) throw new StartError(program.lastWords());
  }

  private launch(name: string, entry: string, log: string, env: Record<string, string>): ChildProgram {
    const { jwtSecret, lmsApiKey, dataFolder } = this.plan;
    const program = this.spawn(name, entry, { ...env, JWT_SECRET: jwtSecret, LMS_API_KEY: lmsApiKey }, join(dataFolder, log));
    void program.exited.then(() => {
      this.breaks(new StartError(program.lastWords()));
    });
    return program;
  }

  private spawn(name: string, entry: string, env: Record<string, string>, logFile?: string): ChildProgram {
    this.stopping.signal.throwIfAborted();
    const { cloneFolder } = this.plan;
    const program = new ChildProgram({
      name,
      entry: join(cloneFolder, 'dist', entry),
      cwd: cloneFolder,
      env: { ...this.plan.env, ...env },
      ...(logFile === undefined ? {} : { logFile }),
    });
    this.programs.push(program);
    return program;
  }

  private async whenSaid(program: ChildProgram, event: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await program.waitForEvent(event, START_LIMIT_MS);
    } catch (error) {
      throw new StartError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) })).status === 200;
  } catch {
    return false;
  }
}
