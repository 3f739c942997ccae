import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { tokenOf } from '../support/api-client.js';
import { runOps, type OpsRun } from '../support/ops.js';
import { startApi, startWorker } from '../support/processes.js';
import { openShop, type Shop } from '../support/shop.js';
import { until } from '../support/until.js';

/** A folder as an operator has one: a token map, and the packages that it names, beside nothing of the service. */
let folder: string;
let shop: Shop;
/** Of a plug-in that never comes. Begun first, because it takes all the time that a plug-in has. */
let givenUp: Promise<OpsRun>;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const VARIABLES = { MENTORING_KEY: 'hunter2-of-mentoring', MENTORING_CALLBACK: SECRET };
const TOKEN_MAP = `
seat: { fulfiller: enrollment }
donation: { fulfiller: donation, repeatable: true }
mentoring:
  fulfiller: "@acme/mentoring"
  options: { apiKey: "\${MENTORING_KEY}", endpoint: "https://user:hunter2@mentoring.example.com/v1", timeoutMs: 300 }
  callbackSecrets: ["\${MENTORING_CALLBACK}"]
  maxQuantity: 5
  retry: { server: { maxAttempts: 3 } }
`;

/** For import alone, and with a schema of the zod that the operator installed. */
const PACKAGE = {
  'package.json': JSON.stringify({ name: '@acme/mentoring', version: '2.3.4', type: 'module', exports: { '.': { import: './plugin.js' } } }),
  'plugin.js': `
import { z } from 'zod';
import { Sessions } from './sessions.cjs';
class Mentoring {
  static manifest = { name: 'mentoring', contractVersion: 1, capabilities: { asynchronous: true }, dependency: ({ options }) => new URL(options.endpoint).host, options: z.strictObject({ apiKey: z.literal('hunter2-of-mentoring'), endpoint: z.url() }) };
  static register({ token }) {
    return { module: Mentoring, providers: [{ provide: token, useClass: Sessions }], exports: [token] };
  }
}
export { Mentoring as default };`,
  'sessions.cjs': `exports.Sessions = class { parseDetails(raw) { return raw; } async fulfill() { return { reference: 'booked' }; } async verify() { return null; } async revoke() {} };`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-'));
  for (const [name, text] of Object.entries(PACKAGE)) await put(`node_modules/@acme/mentoring/${name}`, text);
  await symlink(resolve('node_modules/zod'), join(folder, 'node_modules/zod'));
  await put('product-types.yaml', TOKEN_MAP);
  await put('hangs.mjs', 'await new Promise(() => {});');
  givenUp = runOps({ PRODUCT_TYPES_FILE: await put('hangs.yaml', 'seat: { fulfiller: ./hangs.mjs }') }, ['product-types']);
  shop = await openShop({ env: { PRODUCT_TYPES_FILE: join(folder, 'product-types.yaml'), ...VARIABLES } });
}, 60_000);
afterAll(async () => {
  await givenUp;
  await shop.close();
  await rm(folder, { recursive: true });
});

async function put(path: string, text: string): Promise<string> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
  return join(folder, path);
}

async function pause(paused: boolean, reason: string): Promise<void> {
  const { status } = await shop.ask('PUT', '/v1/operations/dependencies/mentoring.example.com', { token: shop.staff, body: { reason, paused } });
  expect(status).toBe(200);
}

describe('GET /v1/product-types', () => {
  interface Listed {
    readonly items: readonly { readonly productType: string; readonly dependency: Record<string, unknown> | null }[];
  }

  it('shows what is installed, from a package in a folder of the operator, and no secret', async () => {
    const { status, body, text } = await shop.ask<Listed>('GET', '/v1/product-types', { token: shop.staff });
    expect([status, body.items.map(({ productType }) => productType)]).toEqual([200, ['seat', 'donation', 'mentoring']]);
    expect(body.items[0]).toMatchObject({ fulfiller: 'enrollment', source: 'built-in', capabilities: { revoke: true, sharedAccess: true }, callbacks: false, dependency: { name: 'lms', breaker: 'closed', paused: null } });
    expect(body.items[1]?.dependency).toBeNull();
    expect(body.items[2]).toEqual({
      productType: 'mentoring',
      fulfiller: '@acme/mentoring',
      source: 'package',
      plugIn: { name: 'mentoring', version: '2.3.4' },
      contractVersion: 1,
      capabilities: { revoke: true, asynchronous: true, sharedAccess: false },
      maxQuantity: 5,
      repeatable: false,
      timeoutMs: 300,
      retry: { server: { maxAttempts: 3 } },
      options: { apiKey: '${MENTORING_KEY}', endpoint: 'https://mentoring.example.com/v1', timeoutMs: 300 },
      callbacks: true,
      dependency: { name: 'mentoring.example.com', breaker: 'closed', failure: null, openUntil: null, throttledUntil: null, paused: null },
    });
    expect(text).not.toMatch(/hunter2|whsec_/);
    expect(shop.api.output()).not.toMatch(/hunter2|whsec_/);
  });

  it('shows that a provider is paused', async () => {
    await pause(true, 'moved');
    const { body } = await shop.ask<Listed>('GET', '/v1/product-types', { token: shop.staff });
    expect(body.items[2]?.dependency).toMatchObject({ paused: { reason: 'moved', by: 'staff' } });
  });

  it('is for staff', async () => {
    expect((await shop.ask('GET', '/v1/product-types')).status).toBe(401);
    expect((await shop.ask('GET', '/v1/product-types', { token: await tokenOf('learner') })).status).toBe(403);
  });
});

describe('a type that was taken out of the token map while a line of it waits', () => {
  it('ends as a failure of the configuration that people see, and goes on once it is back', async () => {
    const { username } = await shop.learner();
    await shop.sql(`with p as (insert into product (id, product_type, title, details, created_at, updated_at) values (gen_random_uuid(), 'mentoring', 'An hour of mentoring', '{}', now(), now()) returning id)
                    insert into sku (sku, product_id, price_minor, currency, created_at, updated_at) select 'MENTOR', id, 5000, 'USD', now(), now() from p`);
    // So that its line waits.
    await pause(true, 'moved');
    const { body: order } = await shop.sell(username, ['MENTOR']);
    expect(order.lines).toMatchObject([{ status: 'open' }]);
    const without = { PRODUCT_TYPES_FILE: await put('without.yaml', 'seat: { fulfiller: enrollment }') };
    await shop.sql('update order_line set next_attempt_at = now() where learner_username = $1', [username]);
    const worker = await shop.startWorker(without);
    await until('the line has failed', async () => (await shop.order(order.number)).lines[0]?.status === 'failed');
    expect((await shop.order(order.number)).lines).toMatchObject([{ failure: { kind: 'configuration', detail: 'No fulfiller delivers the product type "mentoring": add it to the token map.', passing: false } }]);
    await worker.stop();
    const { out } = await runOps({ DATABASE_URL: shop.databaseUrl, ...without }, ['doctor', '--json']);
    const { checks } = JSON.parse(out) as { checks: { name: string; fact: string }[] };
    expect(checks.find(({ name }) => name === 'product types')?.fact).toBe('Unfinished lines are of product types that the token map does not have: mentoring (1).');
    await pause(false, 'back');
    expect((await shop.resubmit(order.number)).body).toMatchObject({ status: 'complete', lines: [{ status: 'fulfilled' }] });
  });
});

describe('ops product-types', () => {
  it('judges the same token map without a database', async () => {
    const env = { PRODUCT_TYPES_FILE: join(folder, 'product-types.yaml'), ...VARIABLES };
    expect(await runOps(env, ['product-types', '--check'])).toEqual({ code: 0, out: '3 product types are wired: API and worker would start with this token map.\n', err: '' });
    expect((await runOps(env, ['product-types'])).out).toContain('mentoring 2.3.4');
  });

  it('gives up a plug-in that never comes, with a sentence', async () => {
    const { code, err } = await givenUp;
    expect([code, err]).toEqual([1, `${join(folder, 'hangs.yaml')}: Product type "seat": its fulfiller "./hangs.mjs" cannot be loaded: it was not there after 10 s: its file awaits something that does not come. Repair it, install what it needs beside it, or name another one.\n`]);
  });
});

const NEEDY = `export default class Plugged {
  static manifest = { name: 'plugged', contractVersion: 1 };
  static register({ token }) {
    return { module: Plugged, providers: [{ provide: token, inject: ["CLOCK"], useFactory: () => ({}) }], exports: [token] };
  }
}`;

const FAILING = `export default class Failing {
  static manifest = { name: 'failing', contractVersion: 1, options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } } };
  static register({ token, options }) {
    return { module: Failing, providers: [{ provide: token, useFactory: async () => { throw new Error('no way to redis://:' + options.apiKey + '@h'); } }], exports: [token] };
  }
}`;

// One that the loader refuses, one that Nest does, and one that breaks while Nest builds it: the sentences for all others are held by the specs of the loader, the registry and the token map.
describe('API and worker stop at boot, with an exit code and a sentence', () => {
  it.each([
    ['throws on import', 'throw new Error("out of cheese");', 'cannot be loaded: out of cheese. Repair it'],
    ['fails in a factory', FAILING, 'Product type "mentoring": its fulfiller "./fails-in-a-factory.mjs" cannot be built: no way to redis://:${MENTORING_KEY}@h. Repair it'],
    ['needs a provider that is not there', NEEDY, 'Product type "mentoring": the module of its fulfiller does not fit together: Nest can\'t resolve dependencies'],
  ])('for a plug-in that %s', async (title, source, sentence) => {
    const name = title.replaceAll(' ', '-');
    await put(`${name}.mjs`, source);
    const tokenMap = await put(`${name}.yaml`, `seat: { fulfiller: enrollment }\nmentoring: { fulfiller: ./${name}.mjs${source === FAILING ? ", options: { apiKey: '${MENTORING_KEY}' }" : ''} }`);
    const lastWords = await Promise.all([startApi, startWorker].map((start) => start({ databaseUrl: shop.databaseUrl, lmsUrl: shop.lms.url, env: { PRODUCT_TYPES_FILE: tokenMap, ...VARIABLES } }).then(() => 'It started.', (error: Error) => error.message)));
    for (const words of lastWords) {
      expect(words).toMatch(/^the (API|worker) ended with exit code 1\./);
      expect(words).toContain(sentence);
      expect(words).not.toMatch(/\n\s+at |hunter2/);
    }
  });
});
