import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openShop, type Shop } from '../support/shop.js';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
/** Time enough for calls on a busy machine; the lease must outlast them. */
const TIMES = { LMS_TIMEOUT_MS: '3000', CHECKOUT_DEADLINE_MS: '5000', FULFILLMENT_LEASE_MS: '12000' };

interface Received {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly lineKey: string; readonly orderNumber: string; readonly learner: { readonly username: string }; readonly details: unknown; readonly quantity: number; readonly attempt: number };
}

function signatureOf(content: string, secret: string): string {
  return `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(content).digest('base64')}`;
}

/** The endpoint of a team that knows the wire and nothing of this repository: it reckons the signature by itself. */
class Receiver {
  readonly received: Received[] = [];
  connections = 0;
  status = 200;
  private readonly server: Server = createServer((request, response) => {
    void this.receive(request).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  }).on('connection', () => (this.connections += 1));

  async listen(): Promise<void> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async receive(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const body = await text(request);
    const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signature } = request.headers as Record<string, string>;
    if (signature !== signatureOf(`${id}.${timestamp}.${body}`, SECRET) || Math.abs(Date.now() / 1_000 - Number(timestamp)) > 300) return { status: 401, body: { detail: 'Wrong signature.' } };
    const message = { id, ...(JSON.parse(body) as Omit<Received, 'id'>) };
    this.received.push(message);
    return { status: this.status, body: this.status < 300 ? { reference: `mentor of ${message.data.learner.username}` } : { detail: 'All mentors are ill.' } };
  }
}

const receiver = new Receiver();
let shop: Shop;
let folder: string;

beforeAll(async () => {
  await receiver.listen();
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
  shop = await openShop({ env: { ...TIMES, PRODUCT_TYPES_FILE: await tokenMap(mentoring(), tutoring()) } });
  await product('mentoring', 'MENTOR');
  await product('tutoring', 'TUTOR');
}, 60_000);
afterAll(async () => {
  await shop.close();
  receiver.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.status = 200;
});

function mentoring(): string {
  return `mentoring: { fulfiller: webhook, repeatable: true, callbackSecrets: ["${CALLBACK_SECRET}"], options: { url: "http://127.0.0.1:${receiver.port}/shop", secret: "${SECRET}", allowedNetworks: ["127.0.0.0/8"], requiredDetails: [sessions] } }`;
}

/** A public name that leads to this machine: nothing in the file shows it. */
function tutoring(): string {
  return `tutoring: { fulfiller: webhook, options: { url: "https://localhost:${receiver.port}/shop", secret: "${SECRET}" } }`;
}

async function tokenMap(...entries: readonly string[]): Promise<string> {
  const file = join(folder, 'product-types.yaml');
  await writeFile(file, ['seat: { fulfiller: enrollment }', ...entries, ''].join('\n'));
  return file;
}

async function product(type: string, sku: string): Promise<void> {
  await shop.sql(
    `with p as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), $1, 'An hour with somebody', '{"sessions":1}', now(), now()) returning id)
     insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select $2, id, 5000, 'USD', now(), now() from p`,
    [type, sku],
  );
}

describe('a product type that another team delivers by an HTTP endpoint', () => {
  it('is sold by a signed call that tells the line and the learner', async () => {
    const { username } = await shop.learner();
    const { body: order } = await shop.sell(username, ['MENTOR']);
    expect([order.status, order.lines.map(({ status }) => status)]).toEqual(['complete', ['fulfilled']]);
    const lineKey = order.lines[0]?.id ?? '';
    expect(receiver.received).toEqual([
      expect.objectContaining({
        id: `${lineKey}_deliver`,
        type: 'fulfillment.deliver',
        data: expect.objectContaining({ lineKey, orderNumber: order.number, learner: { username, email: `${username}@example.com` }, quantity: 1, details: { sessions: 1 }, attempt: 1 }),
      }),
    ]);
  });

  it('fails in the words of that team, and is sent again by the same identifier', async () => {
    const { username } = await shop.learner();
    receiver.status = 422;
    const { body: order } = await shop.sell(username, ['MENTOR']);
    expect(order.lines.map(({ status, failure }) => [status, failure?.kind])).toEqual([['failed', 'rejected']]);
    expect(JSON.stringify(await shop.order(order.number))).toContain('All mentors are ill.');
    receiver.status = 200;
    const { body } = await shop.resubmit(order.number);
    expect(body.status).toBe('complete');
    const delivered = receiver.received.filter(({ type }) => type === 'fulfillment.deliver');
    expect(delivered.map(({ id, data }) => [id, data.attempt])).toEqual([1, 2].map((attempt) => [`${order.lines[0]?.id}_deliver`, attempt]));
  });
});

/** As that team reports the end of a line. */
async function report(lineKey: string, result: object, secret = CALLBACK_SECRET): Promise<number> {
  const [id, timestamp, body] = [`report-${lineKey}`, String(Math.floor(Date.now() / 1_000)), JSON.stringify({ lineKey, ...result })];
  const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatureOf(`${id}.${timestamp}.${body}`, secret) };
  const { status } = await fetch(`${shop.api.url}/v1/fulfillments/${lineKey}/result`, { method: 'POST', headers, body });
  return status;
}

it('is accepted for later, and ends as that team reports it', async () => {
  const { username } = await shop.learner();
  receiver.status = 202;
  const { body: order } = await shop.sell(username, ['MENTOR']);
  expect([order.status, order.lines.map(({ status }) => status)]).toEqual(['open', ['accepted']]);
  const lineKey = order.lines[0]?.id ?? '';
  const result = { result: 'fulfilled', reference: 'mentored by Grace' };
  expect(await report(lineKey, result, SECRET)).toBe(401);
  expect(await report(lineKey, { ...result, lineKey: randomUUID() })).toBe(400);
  expect(await report(lineKey, result)).toBe(200);
  const ended = await shop.order(order.number);
  expect([ended.status, ended.lines.map(({ status }) => status)]).toEqual(['complete', ['fulfilled']]);
  expect(receiver.received.map(({ type }) => type)).toEqual(['fulfillment.deliver']);
});

it('is never called by a name that leads to an address that is not public: the line fails, and says what to repair', async () => {
  const { username } = await shop.learner();
  const before = receiver.connections;
  const { body: order } = await shop.sell(username, ['TUTOR']);
  expect(order.lines.map(({ status, failure }) => [status, failure?.kind])).toEqual([['failed', 'configuration']]);
  const shown = JSON.stringify(await shop.order(order.number));
  expect(shown).toContain('The endpoint of product type tutoring was not called');
  expect(shown).not.toMatch(new RegExp(`localhost|127\\.0\\.0|:${receiver.port}`));
  expect([receiver.connections, receiver.received]).toEqual([before, []]);
});
