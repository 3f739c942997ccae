import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderBody } from '../support/api-client.js';
import type { RunningProgram } from '../support/processes.js';
import { openShop, type Shop } from '../support/shop.js';
import { PATIENT_MS, until } from '../support/until.js';

/** Fulfillers that break the contract, each in its own way: `how` names it. What was delivered is known to `verify`. */
const PLUG_IN = `
import { setTimeout as sleep } from 'node:timers/promises';
const delivered = new Set();
const there = ({ idempotencyKey }) => (delivered.has(idempotencyKey) ? { reference: 'there' } : null);
const WAYS = {
  'returns-nothing': async () => undefined,
  'returns-no-promise': () => ({ reference: 'at once' }),
  'returns-no-receipt': async () => ({ reference: 7 }),
  'throws-a-string': async () => { throw 'the mentor is out'; },
  'throws-at-once': () => { throw new Error('s3cret'); },
  'throws-nothing': async () => { throw undefined; },
  'throws-what-cannot-be-written': async () => { throw Object.create(null); },
  'throws-what-throws-when-read': async () => { throw Object.defineProperty(new Error('x'), 'stack', { get() { throw new Error('read'); } }); },
  'accepts-unasked': async () => ({ reference: 'x', verifyAfterMs: 1000, deadlineMs: 2000 }),
  'never-settles': () => new Promise(() => {}),
  'settles-after-the-lease': async ({ idempotencyKey }) => { await sleep(4000); delivered.add(idempotencyKey); return { reference: 'late' }; },
  'rejects-after-the-lease': async () => { await sleep(4000); throw new Error('late'); },
};
export default class Broken {
  static manifest = { name: 'broken', contractVersion: 1, dependency: null, options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } } };
  static register({ token, options: { how } }) {
    const fulfiller = { parseDetails: (raw) => raw, fulfill: WAYS[how], verify: async (request) => there(request), revoke: async () => {} };
    return { module: Broken, providers: [{ provide: token, useValue: fulfiller }], exports: [token] };
  }
}`;

const BUGS = ['returns-nothing', 'returns-no-receipt', 'throws-a-string', 'throws-at-once', 'throws-nothing', 'throws-what-cannot-be-written', 'throws-what-throws-when-read', 'accepts-unasked'];
const LATE = ['never-settles', 'settles-after-the-lease', 'rejects-after-the-lease'];
const WAYS = [...BUGS, ...LATE, 'returns-no-promise'];

let shop: Shop;
let worker: RunningProgram;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broken-'));
  await writeFile(join(folder, 'broken.mjs'), PLUG_IN);
  const tokenMap = join(folder, 'product-types.yaml');
  const entry = (how: string) => `${how}: { fulfiller: ./broken.mjs, options: { how: ${how}, timeoutMs: 400 } }`;
  await writeFile(tokenMap, ['seat: { fulfiller: enrollment }', ...WAYS.map(entry)].join('\n'));
  shop = await openShop({ env: { PRODUCT_TYPES_FILE: tokenMap } });
  for (const how of WAYS) {
    await shop.sql(
      `with p as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), $1, $1, '{}', now(), now()) returning id)
       insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select $1, id, 100, 'USD', now(), now() from p`,
      [how],
    );
  }
  worker = await shop.startWorker();
}, 60_000);
afterAll(async () => {
  await shop.close();
  await rm(folder, { recursive: true });
});

async function sell(sku: string) {
  const { username } = await shop.learner();
  return (await shop.sell(username, [sku, 'BIO_VERIFIED'])).body;
}

it.each(BUGS)('a fulfiller that %s fails its line with a named cause, and its neighbour is delivered', async (how) => {
  const order = await sell(how);
  const [broken, seat] = order.lines;
  expect([order.status, seat?.status, broken?.status, broken?.failure]).toEqual(['fulfillment_error', 'fulfilled', 'failed', { kind: 'unknown', detail: 'The fulfiller broke down: the log has the error. Repair it, then send the line again.', passing: false }]);
  expect(shop.api.output()).toMatch(new RegExp(`The fulfiller of \\\\?"${how}\\\\?" broke down on order ${order.number}`));
});

it('a fulfiller that returns no promise, but a receipt, has delivered', async () => {
  expect((await sell('returns-no-promise')).status).toBe('complete');
});

describe('a fulfiller that comes too late, or never', () => {
  const orders = new Map<string, OrderBody>();
  beforeAll(async () => {
    await Promise.all(LATE.map(async (how) => orders.set(how, await sell(how))));
  });

  it.each(LATE)('keeps nobody waiting, and leaves a cause, where it %s', (how) => {
    const [late, seat] = orders.get(how)?.lines ?? [];
    expect([seat?.status, late?.status, late?.failure?.kind]).toEqual(['fulfilled', 'open', 'timeout']);
  });

  it('is found by the read-back where it has delivered, and both programs live', async () => {
    const number = orders.get('settles-after-the-lease')?.number ?? '';
    await until('the retry of the worker has read it back', async () => (await shop.order(number)).status === 'complete', 2 * PATIENT_MS);
    // The processes that were left waiting have heard of the late answers by now.
    for (const url of [shop.api.url, worker.url]) expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});
