import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { DomainError } from '#orders';
import { GatewayFailure, WebhookRefusedError, type ProcessorRules } from '#payments';
import { startGatewayFor, type WorldGateway } from './payment-world.gateway.js';
import { KilledError, WorldProcess } from './payment-world.process.js';
import type { WorldProvider } from './payment-world.provider.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export const PROCESSORS = ['stripe', 'paypal'] as const;
export type ProcessorName = (typeof PROCESSORS)[number];

export const USUAL_RULES: ProcessorRules = { latePayments: 'refund', outsideRefunds: 'revoke', disputes: 'revoke' };
/** Everything that one run writes. */
const TABLES = 'orders, payment, payment_event, idempotency_record';

/** A payment that was placed with its order. */
export interface PlacedPayment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly processor: ProcessorName;
  readonly username: string;
  readonly lineIds: readonly string[];
  readonly amountMinor: number;
}

/**
 * A shop that sells by two gateways, with everything that its promises are about: a real PostgreSQL, the sandbox gateway over HTTP, a provider, and two
 * processes that can be killed. What happens in one run is forgotten with the next.
 */
export class PaymentWorld<Provider extends WorldProvider = WorldProvider> {
  readonly rules: Record<ProcessorName, ProcessorRules> = { stripe: USUAL_RULES, paypal: USUAL_RULES };
  placed: PlacedPayment[] = [];
  /** What no process may say while it lives. */
  breakdowns: string[] = [];
  processes: WorldProcess[] = [];
  /** What all runs together came to, by kind. */
  readonly seen = new Map<string, number>();
  private receiver = 0;

  private constructor(
    private readonly data: TestDatabase,
    private readonly pool: pg.Pool,
    private readonly post: Server,
    readonly gateway: WorldGateway,
    readonly provider: Provider,
  ) {}

  static async open<Provider extends WorldProvider>(provider: Provider): Promise<PaymentWorld<Provider>> {
    const data = await createTestDatabase();
    const pool = new pg.Pool({ connectionString: data.url, max: 4 });
    pool.on('error', () => undefined);
    const post = createServer();
    post.listen(0, '127.0.0.1');
    await once(post, 'listening');
    const url = `http://127.0.0.1:${portOf(post)}`;
    const gateway = await startGatewayFor({ stripe: `${url}/stripe`, paypal: `${url}/paypal` });
    const world = new PaymentWorld(data, pool, post, gateway, provider);
    post.on('request', (request, answer) => void world.receive(request.url ?? '', request).then((status) => answer.writeHead(status).end()));
    world.processes = await Promise.all([world.startProcess(), world.startProcess()]);
    return world;
  }

  async sql<Row extends pg.QueryResultRow>(query: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(query, values)).rows;
  }

  get databaseUrl(): string {
    return this.data.url;
  }

  get control() {
    return this.gateway.control;
  }

  /** A world in which nothing has happened. Events of the gateway are held until they are released. */
  async reset(rules: Partial<Record<ProcessorName, ProcessorRules>> = {}): Promise<void> {
    Object.assign(this.rules, { stripe: USUAL_RULES, paypal: USUAL_RULES, ...rules });
    this.placed = [];
    this.breakdowns = [];
    await Promise.all([this.provider.reset(), this.control.reset(), this.sql(`truncate ${TABLES} cascade`)]);
    await this.control.configureWebhooks({ mode: 'hold' });
  }

  /** The process that is in this place now. */
  process(place: number): WorldProcess {
    const found = this.processes[place % this.processes.length];
    if (!found) throw new Error('There is no process.');
    return found;
  }

  /**
   * What one process does. Refusals are part of life, and so is death; anything else that is thrown by a process that lives is a breakdown.
   *
   * @returns null where it did not come to its end.
   */
  async attempt<Result>(place: number, what: string, work: (process: WorldProcess) => Promise<Result>): Promise<Result | null> {
    const process = this.process(place);
    try {
      return await process.run(() => work(process));
    } catch (thrown) {
      if (process.isAlive && !isRefusal(thrown)) this.breakdowns.push(`${what}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
      return null;
    }
  }

  /** Kills the process, and starts another in its place. */
  async kill(place: number): Promise<void> {
    const index = place % this.processes.length;
    await this.process(index).kill();
    this.processes[index] = await this.startProcess();
  }

  /** Whatever waits for a time is due now, and the leases of those who were lost are over. To be called when nobody is at work. */
  async letTimePass(): Promise<void> {
    await this.provider.settled();
    await Promise.all([
      this.sql(`update order_line set next_attempt_at = case when next_attempt_at is not null then now() end, lease_until = case when claim_id is not null then now() end where next_attempt_at is not null or claim_id is not null`),
      this.sql('update payment set next_check_at = now() where next_check_at is not null'),
      this.sql('update payment_event set next_attempt_at = now() where next_attempt_at is not null'),
      this.sql('update refund set next_attempt_at = now(), lease_until = case when claim_id is not null then now() end where next_attempt_at is not null'),
      this.sql('update orders set expiry_check_at = least(expiry_check_at, now()) where expiry_check_at is not null and expires_at <= now()'),
    ]);
  }

  saw(what: string, times = 1): void {
    if (times > 0) this.seen.set(what, (this.seen.get(what) ?? 0) + times);
  }

  /** Which process the gateway's events come to from now on. */
  receiveBy(place: number): void {
    this.receiver = place;
  }

  /** One look of one process at one source of work, and all that it finds there. */
  async turn(place: number, name: string): Promise<number> {
    const found = await this.attempt(place, `${name} looks`, async (process) => {
      const source = process.sources.find((one) => one.name === name);
      if (!source) throw new Error(`There is no source ${name}.`);
      return { source, due: await source.findDue(50) };
    });
    if (!found) return 0;
    await Promise.all(found.due.map((work) => this.attempt(place, name, () => found.source.perform({ id: work.id, alone: true }))));
    return found.due.length;
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.close()));
    await this.gateway.sandbox.stop();
    this.post.close();
    await this.pool.end();
    await this.data.drop();
  }

  private startProcess(): Promise<WorldProcess> {
    const { url: databaseUrl } = this.data;
    return WorldProcess.start({ databaseUrl, gatewayUrl: this.gateway.sandbox.gatewayUrl, provider: this.provider, rules: this.rules });
  }

  /** As the API's webhook route does: acknowledged when it is kept. */
  private async receive(path: string, request: AsyncIterable<Uint8Array> & { readonly headers: IncomingHttpHeaders }): Promise<number> {
    const body = await buffer(request);
    const process = this.process(this.receiver);
    const headers = throughTheWayOf(process, request.headers);
    try {
      await process.run(() => process.inbox.receive(path.slice(1), { body, headers, nowMs: Date.now() }));
      return 200;
    } catch (thrown) {
      if (thrown instanceof WebhookRefusedError) this.breakdowns.push(`A good webhook was refused: ${thrown.message}`);
      else if (process.isAlive && !isRefusal(thrown)) this.breakdowns.push(`A webhook broke down: ${String(thrown)}`);
      return 503;
    }
  }
}

/** The certificate is fetched by the process's own way to the gateway. The header is no part of what is signed. */
function throughTheWayOf({ gatewayUrl }: WorldProcess, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = headers['paypal-cert-url'];
  return typeof named === 'string' ? { ...headers, 'paypal-cert-url': `${gatewayUrl}${new URL(named).pathname}` } : headers;
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof DomainError || thrown instanceof GatewayFailure || thrown instanceof KilledError;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
  return address.port;
}
