import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ProblemBody } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

const TIMEOUT_MS = 40_000;
const DEADLINE_MS = 500;

/** A gateway that answers when this test lets it. */
const SOURCE = `
import { z } from 'zod';
const verb = async () => null;
const start = async ({ paymentId, orderNumber, amountMinor, currency, signal }, url) => {
  await fetch(url, { signal });
  const payment = { reference: 'slow_' + paymentId, captureReference: null, status: 'unpaid', amountMinor, capturedMinor: 0, currency, paymentId, orderNumber, declined: null, refunds: [], disputes: [] };
  return { payment, action: { type: 'redirect', url: 'https://pay.example.com/' + paymentId } };
};
class SlowPay {
  static manifest = { contractVersion: 1, name: 'slow-pay', kind: 'gateway', options: z.strictObject({ url: z.url() }), secretOptions: [] };
  static register({ token, options }) {
    return { module: SlowPay, providers: [{ provide: token, useValue: { start: (request) => start(request, options.url), confirm: verb, verify: verb, cancel: verb, refund: verb, parseWebhook: verb, list: verb } }], exports: [token] };
  }
}
export { SlowPay as default };`;

let folder: string;
let shop: Shop;
const asked: ServerResponse[] = [];
const gateway = createServer((_, response) => void asked.push(response));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('node_modules/zod'), join(folder, 'node_modules/zod'));
  await writeFile(join(folder, 'slow.mjs'), SOURCE);
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const { port } = gateway.address() as { port: number };
  const map = join(folder, 'payment-processors.yaml');
  await writeFile(map, `slow: { processor: ./slow.mjs, options: { url: "http://127.0.0.1:${port}", timeoutMs: ${TIMEOUT_MS} } }`);
  shop = await openShop({ env: { PAYMENT_PROCESSORS_FILE: map, CHECKOUT_DEADLINE_MS: String(DEADLINE_MS), FULFILLMENT_LEASE_MS: '90000' } });
}, 60_000);
afterAll(async () => {
  await shop.close();
  gateway.closeAllConnections();
  gateway.close();
  await rm(folder, { recursive: true });
});

describe('a gateway whose own time-out is long', () => {
  it('is waited for by API and worker when they stop: twice, and then for a delivery', async () => {
    const worker = await shop.startWorker();
    for (const program of [shop.api, worker]) expect(program.output()).toContain(`"stopsWithinMs":${2 * TIMEOUT_MS + 2_000 + DEADLINE_MS + 5_000}`);
  });

  it('holds its checkout, whose key has no second answer meanwhile', async () => {
    const { token } = await shop.learner();
    const key = randomUUID();
    const buy = <Body>() => shop.ask<Body>('POST', '/v1/checkout', { token, key, body: { items: [{ sku: 'BIO_VERIFIED', quantity: 1 }], payment: { processor: 'slow' } } });
    const first = buy();
    await until('the gateway was asked', () => Promise.resolve(asked.length === 1));
    await shop.sql(`update idempotency_record set created_at = created_at - interval '20 seconds'`);
    const meanwhile = await buy<ProblemBody>();
    asked[0]?.end();
    const { status, text } = await first;
    expect([meanwhile.status, meanwhile.body.code, status]).toEqual([409, 'request_in_progress', 201]);
    expect((await buy()).text).toBe(text);
  });
});
