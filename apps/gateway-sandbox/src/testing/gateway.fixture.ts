import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import type { LedgerPayment } from '../ledger/ledger.js';
import { startSandbox, type Sandbox } from '../sandbox.js';
import type { Call, WebhookEvent } from '../world/records.js';

export const SECRET_KEY = 'sk_test_of_the_specs';
export const WEBHOOK_SECRET = 'whsec_of_the_specs';
export const CLIENT = { clientId: 'client-of-the-specs', clientSecret: 'secret-of-the-specs' };
export const WEBHOOK_ID = 'WH-OF-THE-SPECS';

/** An answer, read to its end. `json` is an empty object where the body is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // A spec looks into bodies of every shape.
  readonly json: { [field: string]: unknown };
}

export interface Wish {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export type SeenEvent = Omit<WebhookEvent, 'body'>;

/** A sandbox on free ports, with the hands that a spec needs. */
export class TestGateway {
  /** The real client. It does not try again by itself. */
  readonly stripe: Stripe;

  private constructor(readonly sandbox: Sandbox) {
    this.stripe = stripeClient(sandbox.gatewayUrl);
  }

  static async start({ stateFile = null, shopUrl = null }: { stateFile?: string | null; shopUrl?: string | null } = {}): Promise<TestGateway> {
    const stripe = { secretKey: SECRET_KEY, webhookSecret: WEBHOOK_SECRET, webhookUrl: shopUrl };
    const paypal = { ...CLIENT, webhookId: WEBHOOK_ID, webhookUrl: shopUrl };
    return new TestGateway(await startSandbox({ port: 0, controlPort: 0, stateFile, stripe, paypal }));
  }

  ask(path: string, wish: Wish = {}): Promise<Answer> {
    return ask(`${this.sandbox.gatewayUrl}${path}`, wish);
  }

  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(`${this.sandbox.controlUrl}/control${path}`, { method, ...(body !== undefined && { body }) });
  }

  /** As `control`, and throws when it is refused. */
  async command<Result = unknown>(method: string, path: string, body?: unknown): Promise<Result> {
    const { status, text, json } = await this.control(method, path, body);
    if (status >= 300) throw new Error(text);
    return json as Result;
  }

  async break(...faults: readonly Record<string, unknown>[]): Promise<void> {
    await this.command('PUT', '/faults', faults);
  }

  payment(reference: string): Promise<LedgerPayment> {
    return this.command<LedgerPayment>('GET', `/payments/${reference}`);
  }

  async calls(): Promise<readonly Call[]> {
    return (await this.command<{ calls: Call[] }>('GET', '/ledger')).calls;
  }

  async events(): Promise<readonly SeenEvent[]> {
    return (await this.command<{ events: SeenEvent[] }>('GET', '/webhooks')).events;
  }

  async paypalToken(): Promise<string> {
    const authorization = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`;
    const { json } = await this.ask('/v1/oauth2/token', { method: 'POST', headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials' });
    return String(json['access_token']);
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }
}

function stripeClient(url: string): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(SECRET_KEY, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A shop that takes webhooks, and answers them as it is told: 200 unless told otherwise. */
export class TestShop {
  readonly received: Received[] = [];
  status = 200;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<TestShop> {
    const server = createServer();
    const shop = new TestShop(server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        shop.received.push({ headers: request.headers, body });
        response.writeHead(shop.status).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/webhook`; // a TCP server has no other kind of address
  }

  /** Once so many have come. */
  async got(count: number): Promise<readonly Received[]> {
    while (this.received.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.received;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function ask(url: string, { method = 'GET', headers = {}, body }: Wish): Promise<Answer> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, redirect: 'manual', headers: { ...type, ...headers }, ...content });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return {};
  }
}
