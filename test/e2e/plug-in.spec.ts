import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openShop, type Shop } from '../support/shop.js';

/** A mentoring provider, as far as the plug-in package in `test/plugins/mentoring` needs one. */
class MentoringProvider {
  readonly delivered = new Set<string>();
  calls = 0;
  broken = false;
  private readonly server: Server = createServer((request, response) => {
    this.calls += 1;
    const key = String(request.headers['idempotency-key'] ?? decodeURIComponent(request.url?.split('/').pop() ?? ''));
    request.resume().on('end', () => {
      if (this.broken) return response.writeHead(503).end();
      if (request.method === 'POST') this.delivered.add(key);
      if (request.method === 'DELETE') this.delivered.delete(key);
      const found = this.delivered.has(key);
      return response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(found ? JSON.stringify({ key, sessions: 1 }) : '');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/bookings`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const provider = new MentoringProvider();
let shop: Shop;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plug-in-'));
  const tokenMap = join(folder, 'product-types.yaml');
  const endpoint = await provider.listen();
  await writeFile(tokenMap, `seat: { fulfiller: enrollment }\nmentoring: { fulfiller: "${resolve('test/plugins/mentoring/index.js')}", options: { endpoint: "${endpoint}", timeoutMs: 300 }, maxQuantity: 5 }\n`);
  shop = await openShop({ env: { PRODUCT_TYPES_FILE: tokenMap } });
  await shop.sql(`with p as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), 'mentoring', 'An hour of mentoring', '{"sessions":1}', now(), now()) returning id)
                  insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select 'MENTOR', id, 5000, 'USD', now(), now() from p`);
}, 60_000);
afterAll(async () => {
  await shop.close();
  provider.close();
  await rm(folder, { recursive: true });
});

describe('a product type that lives in a package of its own', () => {
  it('is sold beside a seat, fails with a named cause, and is sent again, without a change of the core', async () => {
    const { username } = await shop.learner();
    provider.broken = true;
    const { body: order } = await shop.sell(username, ['BIO_VERIFIED', 'MENTOR']);
    expect([order.status, order.lines.map(({ status, failure }) => [status, failure?.kind])]).toEqual(['fulfillment_error', [['fulfilled', undefined], ['open', 'server']]]);
    provider.broken = false;
    const { body } = await shop.resubmit(order.number);
    expect([body.status, body.lines[1]?.status]).toEqual(['complete', 'fulfilled']);
    expect([...provider.delivered]).toEqual([order.lines[1]?.id]);
  });
});
