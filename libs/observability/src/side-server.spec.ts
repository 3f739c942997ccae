import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { DependencyStates } from './dependencies.js';
import { Metrics } from './metrics/metrics.js';
import { readScrape } from './metrics/scrape.fake.js';
import { startSideServer, type SideServer, type SideServerOptions } from './side-server.js';

const UP: DependencyStates = { database: 'up', redis: 'not_configured' };
const metrics = new Metrics('worker');
let server: SideServer;
let now: { states: () => Promise<DependencyStates>; draining: boolean; metrics: () => Promise<string> };

beforeEach(async () => {
  now = { states: () => Promise.resolve(UP), draining: false, metrics: () => metrics.text() };
  const options: SideServerOptions = {
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: metrics.contentType, text: () => now.metrics() },
    health: { states: () => now.states(), draining: () => now.draining },
  };
  server = await startSideServer(options);
});
afterEach(() => server.close());

/** Asks for exactly this path, which a URL would have tidied up. */
async function ask(path: string, method = 'GET', body = '') {
  const asked = request({ host: '127.0.0.1', port: portOf(server), path, method, agent: false, headers: { 'content-length': body.length } });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

const bodyOf = async (path: string): Promise<unknown> => JSON.parse((await ask(path)).text);

function portOf({ url }: SideServer): number {
  return Number(new URL(url).port);
}

async function openSocket(sent: string): Promise<Socket> {
  const socket = connect(portOf(server), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(sent);
  return socket;
}

describe('the side port', () => {
  it('serves the metrics as Prometheus reads them', async () => {
    const { status, headers, text: scraped } = await ask('/metrics');
    expect([status, headers['content-type'], headers['cache-control'], headers['x-content-type-options']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8', 'no-store', 'nosniff']);
    expect(readScrape(scraped).types.get('process_cpu_seconds_total')).toBe('counter');
  });

  it('says that it is alive and ready, in the words of the API', async () => {
    expect(await bodyOf('/health/live')).toEqual({ status: 'ok' });
    expect(await ask('/health/ready?x=1')).toMatchObject({ status: 200, text: JSON.stringify({ status: 'ok', dependencies: UP }) });
  });

  it('is alive and not ready while the database is away', async () => {
    now.states = () => Promise.resolve({ database: 'down', redis: 'up' });
    expect(await ask('/health/ready')).toMatchObject({ status: 503, text: JSON.stringify({ status: 'unavailable', dependencies: { database: 'down', redis: 'up' } }) });
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('is ready without Redis, which only wakes up', async () => {
    now.states = () => Promise.resolve({ database: 'up', redis: 'down' });
    expect((await ask('/health/ready')).status).toBe(200);
  });

  it('is alive and not ready while its process stops', async () => {
    now.draining = true;
    expect(await ask('/health/ready')).toMatchObject({ status: 503, text: JSON.stringify({ status: 'draining', dependencies: UP }) });
    expect((await ask('/health/live')).status).toBe(200);
  });

  it.each(['/', '', '/metrics/', '/health', '/v1/orders', '//metrics', '/constructor', '/__proto__', '/%', '/health/ready/../../metrics'])('has nothing else: %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('takes no %s', async (method) => {
    expect(await ask('/metrics', method, 'x'.repeat(1_000))).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('answers a HEAD without the body', async () => {
    const { status, headers, text: body } = await ask('/health/live', 'HEAD');
    expect([status, headers['content-length'], body]).toEqual([200, '15', '']);
  });

  it('answers 500 without a word about it when something is broken, and goes on', async () => {
    now.metrics = () => Promise.reject(new Error('hunter2'));
    now.states = () => {
      throw new Error('hunter2');
    };
    for (const path of ['/metrics', '/health/ready']) expect(await ask(path)).toMatchObject({ status: 500, text: '{"status":"error"}' });
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('does not start on a port that is taken', async () => {
    await expect(startSideServer({ host: '127.0.0.1', port: portOf(server), metrics, health: { states: now.states, draining: () => false } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('closing', () => {
  it('waits for nobody: not for an idle connection, half a request, or a scrape that hangs', async () => {
    let scraped: () => void;
    const scraping = new Promise<void>((resolve) => (scraped = resolve));
    now.metrics = () => {
      scraped();
      return new Promise(() => undefined);
    };
    const sockets = await Promise.all(['', 'GET /metrics HTTP/1.1\r\n', 'GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'].map(openSocket));
    const cut = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await scraping;
    await server.close();
    await Promise.all(cut);
    await expect(openSocket('')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('can be asked for twice', async () => {
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
