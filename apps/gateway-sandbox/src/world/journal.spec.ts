import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { TestGateway, TestShop } from '../testing/gateway.fixture.js';
import { StateFileError } from './journal.js';

let folder: string;
let stateFile: string;
let running: TestGateway[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-sandbox-'));
  stateFile = join(folder, 'state');
  running = [];
});
afterEach(async () => {
  for (const gateway of running) await gateway.stop();
  await rm(folder, { recursive: true });
});

async function start(shopUrl: string | null = null): Promise<TestGateway> {
  const gateway = await TestGateway.start({ stateFile, shopUrl });
  running.push(gateway);
  return gateway;
}

const WISH = { amount: 4900, currency: 'usd', metadata: { order_number: 'OF-1' } };

it('holds everything as soon as it is answered: money, calls, idempotency keys, events', async () => {
  const first = await start();
  const intent = await first.stripe.paymentIntents.create(WISH, { idempotencyKey: 'k-1' });
  await first.command('POST', '/payments/OF-1/pay');
  const refund = await first.stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
  // As after kill -9: nothing more is written, and the file is taken as it is.
  const text = await readFile(stateFile, 'utf8');
  const before = await first.command<{ payments: unknown[]; calls: unknown[] }>('GET', '/ledger');
  await first.stop();
  await writeFile(stateFile, text);

  const second = await start();
  const after = await second.command<{ payments: unknown[]; calls: unknown[] }>('GET', '/ledger');
  expect(after.payments).toEqual(before.payments);
  expect(after.calls).toHaveLength(before.calls.length);
  expect((await second.stripe.paymentIntents.create(WISH, { idempotencyKey: 'k-1' })).id).toBe(intent.id);
  expect((await second.stripe.refunds.list({ payment_intent: intent.id })).data.map(({ id }) => id)).toEqual([refund.id]);
  expect((await second.events()).map(({ type }) => type)).toContain('refund.created');
  expect((await second.stripe.paymentIntents.create(WISH)).id).not.toBe(intent.id);
});

it('sends what had not been sent', async () => {
  const shop = await TestShop.open();
  shop.status = 503;
  const first = await start(shop.url);
  await first.stripe.paymentIntents.create(WISH);
  await shop.got(1);
  await first.stop();
  shop.status = 200;
  const second = await start(shop.url);
  while ((await second.events())[0]?.state !== 'delivered') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(new Set(shop.received.map(({ body }) => body)).size).toBe(1);
  await shop.close();
});

it('forgets a last line that was cut off, and is for its owner alone', async () => {
  const first = await start();
  await first.stripe.paymentIntents.create(WISH);
  await first.stop();
  await appendFile(stateFile, '{"table":"payments","row":{"id":"pi_ha');
  const second = await start();
  expect((await second.command<{ payments: unknown[] }>('GET', '/ledger')).payments).toHaveLength(1);
  expect((await stat(stateFile)).mode & 0o077).toBe(0);
  await second.command('POST', '/reset');
  await second.stop();
  expect((await (await start()).command<{ payments: unknown[] }>('GET', '/ledger')).payments).toEqual([]);
});

it.each([['no state', 'hello\n'], ['another form', '{"gatewaySandbox":2}\n'], ['an unknown row', '{"gatewaySandbox":1}\n{"table":"moons","row":{}}\n']])('stops the start when it is %s, and is not overwritten', async (_fault, text) => {
  await writeFile(stateFile, text);
  await expect(start()).rejects.toThrow(StateFileError);
  await expect(start()).rejects.toThrow('move it away to start afresh');
  expect(await readFile(stateFile, 'utf8')).toBe(text);
});
