import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Test } from '@nestjs/testing';
import { DeliveryFailure, type Fulfiller, type FulfillmentRequest, UnknownOutcome, parseOrFail, verifyWebhook } from '@order-fulfillment/fulfiller-kit';
import { EndpointClient } from './endpoint.client.js';
import type { EndpointConnections } from './endpoint.connections.js';
import WebhookFulfillerModule from './index.js';
import { WebhookOptionsSchema } from './webhook.options.js';

const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const LOOPBACK = { allowedNetworks: ['127.0.0.0/8', '::1/128'] };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let calls: Call[] = [];
let connections = 0;
let respond: (response: ServerResponse) => void;
let url: string;

const server = createServer((request, response) => {
  void text(request).then((body) => {
    calls.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    respond(response);
  });
}).on('connection', () => (connections += 1));

const closers: (() => Promise<void>)[] = [];

async function build(changes: Record<string, unknown> = {}, timeoutMs = 10_000): Promise<Fulfiller> {
  const token = Symbol('mentoring');
  const options = parseOrFail(WebhookOptionsSchema, { url, secret: SECRET, ...LOOPBACK, ...changes }, 'options');
  const app = await Test.createTestingModule({ imports: [WebhookFulfillerModule.register({ token, productType: 'mentoring', options, timeoutMs })] }).compile();
  closers.push(() => app.close());
  return app.get<Fulfiller>(token, { strict: false });
}

function request(changes: Partial<FulfillmentRequest<unknown>> = {}): FulfillmentRequest<unknown> {
  return {
    idempotencyKey: '0198c0de-0000-7000-8000-000000000001',
    orderId: randomUUID(),
    orderNumber: 'OF-100001',
    placedAt: new Date('2026-03-04T09:15:20.500Z'),
    learner: { username: 'learner1', email: 'learner1@example.com', address: '192.0.2.71' },
    quantity: 2,
    details: { sessions: 3 },
    attempt: 1,
    acceptedReference: null,
    signal: new AbortController().signal,
    remainingMs: () => 10_000,
    ...changes,
  };
}

function answers(status: number, body: unknown = '', headers: Record<string, string> = {}): void {
  respond = (response) => response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function failure(call: Promise<unknown>): Promise<DeliveryFailure> {
  const thrown: unknown = await call.then(() => null, (error: unknown) => error);
  if (thrown instanceof DeliveryFailure) return thrown;
  throw new Error(`No failure: ${String(thrown)}`);
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fulfillment?shop=1`;
});
beforeEach(() => {
  calls = [];
  connections = 0;
});
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('what is sent', () => {
  it('is one signed POST for each verb, with the line and the learner in it, and nothing else of the order', async () => {
    answers(200, { reference: 'R-1' });
    const fulfiller = await build();
    await fulfiller.fulfill(request());
    await fulfiller.verify(request({ attempt: 2, acceptedReference: 'A-1' }));
    await fulfiller.revoke(request());
    const line = { lineKey: '0198c0de-0000-7000-8000-000000000001', orderNumber: 'OF-100001', placedAt: '2026-03-04T09:15:20.500Z', learner: { username: 'learner1', email: 'learner1@example.com' }, quantity: 2, details: { sessions: 3 }, attempt: 1, acceptedReference: null };
    expect(calls.map(({ method, path, body }) => [method, path, JSON.parse(body) as unknown])).toEqual([
      ['POST', '/fulfillment?shop=1', { type: 'fulfillment.deliver', timestamp: expect.any(String), data: line }],
      ['POST', '/fulfillment?shop=1', { type: 'fulfillment.verify', timestamp: expect.any(String), data: { ...line, attempt: 2, acceptedReference: 'A-1' } }],
      ['POST', '/fulfillment?shop=1', { type: 'fulfillment.revoke', timestamp: expect.any(String), data: line }],
    ]);
    for (const { headers, body } of calls) expect(verifyWebhook({ headers, body, secrets: [SECRET], nowMs: Date.now() }).id).toBe(headers['webhook-id']);
    expect(connections).toBe(1);
  });

  it('has the same identifier for the same change, and a new one for each question', async () => {
    answers(200, { reference: 'R-1' });
    const fulfiller = await build();
    for (const attempt of [1, 2]) for (const verb of ['fulfill', 'verify', 'revoke'] as const) await fulfiller[verb](request({ attempt }));
    const [delivered, asked, revoked, ...again] = calls.map(({ headers }) => headers['webhook-id']);
    expect([delivered, revoked]).toEqual(['0198c0de-0000-7000-8000-000000000001_deliver', '0198c0de-0000-7000-8000-000000000001_revoke']);
    expect([again[0], again[2]]).toEqual([delivered, revoked]);
    expect(again[1]).not.toBe(asked);
  });

  it('goes past no proxy, whatever the environment says', async () => {
    const names = ['HTTP_PROXY', 'http_proxy'] as const;
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = 'http://127.0.0.1:1';
    try {
      answers(200, { reference: 'R-1' });
      await expect((await build()).fulfill(request())).resolves.toMatchObject({ reference: 'R-1' });
    } finally {
      for (const name of names) delete process.env[name];
      Object.assign(process.env, Object.fromEntries(before.filter(([, value]) => value !== undefined)));
    }
  });
});

it('serves two types side by side, each with its own endpoint and secret', async () => {
  const other = `whsec_${Buffer.alloc(24, 4).toString('base64')}`;
  const tokens = [Symbol('mentoring'), Symbol('tutoring')] as const;
  const plugin = (token: symbol, path: string, secret: string) => {
    const options = parseOrFail(WebhookOptionsSchema, { url: new URL(path, url).href, secret, ...LOOPBACK }, 'options');
    return WebhookFulfillerModule.register({ token, productType: path, options, timeoutMs: 10_000 });
  };
  const app = await Test.createTestingModule({ imports: [plugin(tokens[0], 'mentoring', SECRET), plugin(tokens[1], 'tutoring', other)] }).compile();
  closers.push(() => app.close());
  answers(200, { reference: 'R-1' });
  for (const token of tokens) await app.get<Fulfiller>(token, { strict: false }).fulfill(request());
  expect(calls.map(({ path }) => path)).toEqual(['/mentoring', '/tutoring']);
  for (const { path, headers, body } of calls) {
    const secrets = [path === '/mentoring' ? SECRET : other];
    expect(verifyWebhook({ headers, body, secrets, nowMs: Date.now() }).id).toMatch(/_deliver$/);
  }
});

describe('what is delivered', () => {
  it.each([
    [200, { reference: ' R-1 ' }, { reference: 'R-1', httpStatus: 200 }],
    [201, { reference: 'R-1', more: true }, { reference: 'R-1', httpStatus: 201 }],
    [202, { reference: 'A-1' }, { reference: 'A-1', httpStatus: 202, verifyAfterMs: 60_000, deadlineMs: 604_800_000 }],
    [202, { reference: 'A-1', verifyAfterSeconds: 90, deadlineSeconds: 3_600 }, { reference: 'A-1', httpStatus: 202, verifyAfterMs: 90_000, deadlineMs: 3_600_000 }],
    [202, { reference: 'A-1', verifyAfterSeconds: 1_209_600 }, { reference: 'A-1', httpStatus: 202, verifyAfterMs: 1_209_600_000, deadlineMs: 1_209_600_000 }],
    [202, { reference: 'A-1', verifyAfterSeconds: 'soon', deadlineSeconds: -1 }, { reference: 'A-1', httpStatus: 202, verifyAfterMs: 60_000, deadlineMs: 604_800_000 }],
  ])('%i %j is %j', async (status, body, expected) => {
    answers(status, body);
    await expect((await build()).fulfill(request())).resolves.toEqual(expected);
  });

  it('has a reference of at most 500 characters', async () => {
    answers(200, { reference: 'x'.repeat(600) });
    await expect((await build()).fulfill(request())).resolves.toEqual({ reference: 'x'.repeat(500), httpStatus: 200 });
  });

  it.each([
    [`R-1 for ada@example.com by ${SECRET}, ${SECRET.slice('whsec_'.length)}`, 'R-1 for … by …, …'],
    [`whsec_${Buffer.alloc(32, 8).toString('base64')} a@b`, '… …'],
    ['R-1\u202E\u2066 gone\u0000\u001b[31m\nand \u200fback', 'R-1 gone[31m and back'],
    ['a\u202Eda@exam\u0000ple.com', '…'],
    ['learner1\u0007@example.com', '…'],
  ])('shows no secret, no address and nothing that turns or steers what is written: %j', async (reference, shown) => {
    const fulfiller = await build();
    answers(200, { reference });
    await expect(fulfiller.fulfill(request())).resolves.toMatchObject({ reference: shown });
    await expect(fulfiller.verify(request())).resolves.toMatchObject({ reference: shown });
    answers(202, { reference });
    await expect(fulfiller.fulfill(request())).resolves.toMatchObject({ reference: shown });
    answers(422, { detail: reference });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ detail: shown });
  });

  it('is unknown after an answer whose end is beyond what is read', async () => {
    answers(200, { filler: 'x'.repeat(70_000), reference: 'R-1' });
    expect(await failure((await build()).fulfill(request()))).toMatchObject({ kind: 'server', readBack: true });
  });

  it.each([
    [200, ''],
    [200, 'ok'],
    [200, '[]'],
    [200, 'null'],
    [200, { reference: 7 }],
    [200, { reference: ' ' }],
    [200, { reference: '\u202e\u0000' }],
    [200, { ref: 'R-1' }],
    [202, {}],
    [204, ''],
    [206, { reference: 'R-1' }],
  ])('is unknown after %i %j', async (status, body) => {
    answers(status, body);
    const thrown = await failure((await build()).fulfill(request()));
    expect(thrown).toBeInstanceOf(UnknownOutcome);
    expect(thrown).toMatchObject({ kind: 'server', httpStatus: status });
  });
});

describe('an answer that is no yes', () => {
  it.each([
    [400, {}, { kind: 'rejected', passing: false, mayHaveArrived: false, everywhere: false }],
    [404, {}, { kind: 'rejected', passing: false, mayHaveArrived: false, everywhere: false }],
    [409, {}, { kind: 'rejected', passing: false, mayHaveArrived: false, everywhere: false }],
    [301, { location: 'http://127.0.0.1:1/' }, { kind: 'configuration', passing: false, everywhere: true }],
    [307, { location: '/elsewhere' }, { kind: 'configuration', passing: false, everywhere: true }],
    [401, {}, { kind: 'configuration', passing: false, everywhere: true }],
    [403, {}, { kind: 'configuration', passing: false, everywhere: true }],
    [408, {}, { kind: 'server', passing: true, mayHaveArrived: true }],
    [429, { 'retry-after': '30' }, { kind: 'throttled', passing: true, retryAfterMs: 30_000, mayHaveArrived: false }],
    [429, { 'retry-after': 'soon' }, { kind: 'throttled', passing: true, retryAfterMs: null }],
    [500, {}, { kind: 'server', passing: true, mayHaveArrived: true }],
    [503, { 'retry-after': '5' }, { kind: 'server', passing: true, mayHaveArrived: true, retryAfterMs: 5_000 }],
  ])('%i with %j is a failure of the line', async (status, headers, facts) => {
    answers(status, '', headers);
    const thrown = await failure((await build()).fulfill(request()));
    expect(thrown).toMatchObject({ httpStatus: status, ...facts });
    expect(thrown.detail).toContain(`(it answered ${status})`);
    expect(calls).toHaveLength(1);
  });

  it('is told in the words of the endpoint, without mark-up and addresses', async () => {
    const fulfiller = await build();
    answers(422, { detail: `No mentor speaks\nlatin, learner1@example.com. ${SECRET}` });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'rejected', detail: 'No mentor speaks latin, …. …' });
    answers(422, { message: 'Closed.' });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ detail: 'Closed.' });
    answers(422, { detail: '<b>No</b>' });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ detail: expect.stringMatching(/refused or failed \(it answered 422\)/) });
  });
});

describe('what is read back', () => {
  it('is there, is not there, or is not there yet', async () => {
    const fulfiller = await build();
    answers(200, { reference: 'R-1' });
    await expect(fulfiller.verify(request())).resolves.toEqual({ reference: 'R-1', httpStatus: 200 });
    for (const [status, body] of [[404, ''], [404, { detail: 'Unknown.' }], [202, { reference: 'A-1' }]] as const) {
      answers(status, body);
      await expect(fulfiller.verify(request({ acceptedReference: 'A-1' }))).resolves.toBeNull();
    }
  });

  it.each([409, 422])('will never be after %i, if it had been accepted, and else is not there', async (status) => {
    answers(status, { detail: 'The mentor left.' });
    const fulfiller = await build();
    expect(await failure(fulfiller.verify(request({ acceptedReference: 'A-1' })))).toMatchObject({ kind: 'rejected', passing: false, detail: 'The mentor left.', httpStatus: status });
    await expect(fulfiller.verify(request())).resolves.toBeNull();
  });

  it.each([[200, 'ok'], [204, ''], [301, ''], [400, ''], [401, ''], [405, ''], [429, ''], [500, ''], [404, '<html>Not Found</html>'], [409, '<html>']])('is not known after %i %j, which passes and says nothing of the line', async (status, body) => {
    answers(status, body);
    expect(await failure((await build()).verify(request({ acceptedReference: 'A-1' })))).toMatchObject({ passing: true, mayHaveArrived: false, readBack: false });
  });
});

describe('what is taken back', () => {
  it.each([[200, ''], [200, '{}'], [204, ''], [404, ''], [404, { detail: 'Unknown.' }], [410, '']])('is gone after %i %j', async (status, body) => {
    answers(status, body);
    await expect((await build()).revoke(request())).resolves.toBeUndefined();
  });

  it.each([[200, '<html>it works</html>', 'server'], [404, '<html>Not Found</html>', 'server'], [202, '', 'server'], [409, '', 'rejected'], [500, '', 'server']])('is not known to be gone after %i %j', async (status, body, kind) => {
    answers(status, body);
    expect(await failure((await build()).revoke(request()))).toMatchObject({ kind });
  });
});

describe('a call that brings no answer', () => {
  it('reads no more of an endless one than it may', async () => {
    const chunk = Buffer.alloc(16_384, ' ');
    // More than lies in the buffers between the two sides, which the endpoint fills although nobody reads.
    const buffered = 64 * 1_024 * 1_024;
    let written = 0;
    respond = (response) => {
      const pump = () => {
        for (let hasRoom = true; hasRoom && !response.destroyed && written < 2 * buffered; written += chunk.length) hasRoom = response.write(chunk);
        if (written >= 2 * buffered) response.end();
      };
      response.writeHead(422).on('drain', pump);
      pump();
    };
    const fulfiller = await build();
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'rejected', httpStatus: 422 });
    expect(written).toBeLessThan(buffered);
  });

  it.each(['fulfill', 'verify', 'revoke'] as const)('ends %s at once when the endpoint changes the protocol, and keeps no connection to it', async (verb) => {
    const gone = new Promise((resolve) => (respond = ({ socket }) => socket?.once('close', resolve).write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')));
    const thrown = await failure((await build())[verb](request()));
    expect(thrown).toMatchObject({ kind: 'server', passing: true, readBack: verb !== 'verify', detail: expect.stringMatching(/^The endpoint .*another protocol/) });
    await gone;
  });

  it('is unknown when the connection only closes', async () => {
    const silent = Object.assign(new EventEmitter(), { socket: null, end: () => setImmediate(() => silent.emit('close')) });
    const client = new EndpointClient({ request: () => silent } as unknown as EndpointConnections, SECRET, 10_000);
    await expect(client.post({ id: 'id', body: '{}' }, request().signal)).rejects.toMatchObject({ name: 'UnansweredError', end: 'network', mayHaveArrived: true });
  });

  it('is unknown when what comes is not HTTP', async () => {
    respond = (response) => response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n\r\n');
    expect(await failure((await build()).fulfill(request()))).toMatchObject({ kind: 'server', mayHaveArrived: true, readBack: true });
  });

  it('never left when the other side speaks no TLS', async () => {
    const fulfiller = await build({ url: url.replace('http:', 'https:') });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'network', passing: true, mayHaveArrived: false });
    expect(calls).toEqual([]);
  });

  it('keeps nothing of the request', async () => {
    respond = (response) => response.socket?.destroy();
    expect((await failure((await build()).fulfill(request()))).cause).toBeUndefined();
  });
});

describe('what a learner reads of a failure', () => {
  const respondents: readonly (readonly [string, () => void])[] = [
    ...[202, 204, 301, 401, 403, 404, 409, 422, 429, 500].map((status) => [`${status}`, () => answers(status)] as const),
    ['200 that nobody can read', () => answers(200, 'ok')],
    ['the own words of the endpoint', () => answers(422, { detail: `connect ECONNREFUSED ${new URL(url).host}, [::1]:${new URL(url).port} and 10.20.30.40:5432` })],
    ['no HTTP', () => (respond = (response) => response.socket?.end('SSH-2.0\r\n\r\n'))],
    ['a reset', () => (respond = (response) => response.socket?.destroy())],
    ['silence', () => (respond = () => undefined)],
  ];

  it.each(respondents)('names no host, no port and no address: %s', async (_, prepare) => {
    prepare();
    const fulfiller = await build({}, 300);
    const ends = await Promise.all((['fulfill', 'verify', 'revoke'] as const).map((verb) => fulfiller[verb](request({ acceptedReference: 'A-1' })).catch((thrown: DeliveryFailure) => thrown)));
    const failures = ends.filter((end) => end instanceof DeliveryFailure);
    expect(failures.length).toBeGreaterThan(0);
    for (const { detail, message } of failures) expect([detail, message]).toEqual(Array(2).fill(expect.not.stringMatching(/\d+\.\d+\.\d+\.\d+|:\d|localhost|::1/)));
  });

  it.each([['http://127.0.0.1:1/', /^The endpoint cannot be reached \(ECONNREFUSED\)\.$/], ['http://localhost:1/', /^The endpoint cannot be reached \(ECONNREFUSED\)\.$/]])('names no host that cannot be reached: %s', async (nowhere, detail) => {
    expect(await failure((await build({ url: nowhere })).fulfill(request()))).toMatchObject({ detail: expect.stringMatching(detail) });
  });
});

describe('a host whose name leads to a private address', () => {
  const named = () => url.replace('http://127.0.0.1', 'https://localhost');

  it('is not called, and not even connected to: the wiring is wrong, and an operator repairs it', async () => {
    const fulfiller = await build({ url: named(), allowedNetworks: [] });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'configuration', passing: false, everywhere: true, mayHaveArrived: false, detail: expect.stringMatching(/^The endpoint of product type mentoring was not called: .*GET \/v1\/product-types and `npm run ops -- product-types` show its URL/) });
    expect(await failure(fulfiller.verify(request()))).toMatchObject({ kind: 'configuration', passing: true, mayHaveArrived: false });
    expect(connections).toBe(0);
  });

  it('is connected to once its network is allowed', async () => {
    const fulfiller = await build({ url: named() });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'network' });
    expect(connections).toBe(1);
  });

  it('is not called without TLS outside the networks that are allowed', async () => {
    const fulfiller = await build({ url: named().replace('https:', 'http:'), allowedNetworks: ['10.0.0.0/8'] });
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject({ kind: 'configuration' });
    expect(connections).toBe(0);
  });
});
