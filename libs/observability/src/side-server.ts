import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { DependencyStates } from './dependencies.js';
import type { Metrics } from './metrics/metrics.js';

/** More than a scrape or a question about health may take, and soon enough that nobody can hold connections open. */
const TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;

export interface SideServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  readonly health: {
    states(): Promise<DependencyStates>;
    /** The process takes no new work, because it stops. */
    draining(): boolean;
  };
}

export interface SideServer {
  readonly url: string;
  /** Frees the port and cuts every connection, also one that is being answered. Can be called again. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Serves `/metrics`, `/health/live` and `/health/ready` on a port of their own, which must not be reachable from outside.
 * @throws the system's error when it cannot listen.
 */
export async function startSideServer(options: SideServerOptions): Promise<SideServer> {
  const server = createServer({ requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS, connectionsCheckingInterval: CHECK_INTERVAL_MS }, (request, response) => {
    void answerTo(request, options).then((answer) => send(response, answer));
  });
  // For a client that does not read what it asked for.
  server.setTimeout(TIMEOUT_MS);
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { url: urlOf(server), close: () => close(server) };
}

async function answerTo({ method, url = '' }: IncomingMessage, options: SideServerOptions): Promise<Answer> {
  const route = ROUTES.get(url.split('?')[0]);
  if (route === undefined) return json(404, { status: 'not_found' });
  if (method !== 'GET' && method !== 'HEAD') return json(405, { status: 'method_not_allowed' });
  return route(options).catch(() => json(500, { status: 'error' }));
}

const ROUTES: ReadonlyMap<string | undefined, (options: SideServerOptions) => Promise<Answer>> = new Map([
  ['/metrics', async ({ metrics }: SideServerOptions) => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
  ['/health/live', () => Promise.resolve(json(200, { status: 'ok' }))],
  ['/health/ready', readiness],
]);

/** Redis is reported and does not count: it only wakes up. */
async function readiness({ health }: SideServerOptions): Promise<Answer> {
  const dependencies = await health.states();
  if (health.draining()) return json(503, { status: 'draining', dependencies });
  return dependencies.database === 'up' ? json(200, { status: 'ok', dependencies }) : json(503, { status: 'unavailable', dependencies });
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

/** One request a connection: nothing idle is left to wait for, nor a body that nobody reads. */
function send(response: ServerResponse, { status, type, body }: Answer): void {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
  response.writeHead(status, { ...allow, 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'close' });
  response.end(body);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The side server does not listen on a port.');
  const { address: host, family, port } = address;
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
