import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { tokenOf } from '../support/api-client.js';
import { runOps } from '../support/ops.js';
import { startApi, startWorker } from '../support/processes.js';
import { openShop, type Shop } from '../support/shop.js';

/** A folder as an operator has one: a map of payment processors, and the plug-ins that it names, beside nothing of the service. */
let folder: string;
let shop: Shop;
/** Of a gateway that never comes. Begun first, because it takes all the time that a plug-in has. */
let givenUp: Promise<string[]>;
const KEY = 'hunter2-of-acme-pay';
const VARIABLES = { ACME_KEY: KEY, GATEWAY_TIMEOUT_MS: '400' };
const MAP = `
card:
  processor: "@acme/pay"
  options: { apiKey: "\${ACME_KEY}", endpoint: "https://user:hunter2@pay.example.com/v1", timeoutMs: 300 }
  latePayments: refund
  disputes: revoke
`;

/** With a schema of the zod that the operator installed. */
const GATEWAY = `
import { z } from 'zod';
const verb = async () => null;
class AcmePay {
  static manifest = { contractVersion: 1, name: 'acme-pay', kind: 'gateway', options: z.strictObject({ apiKey: z.string(), endpoint: z.url() }).refine(({ apiKey }) => apiKey === '${KEY}', { error: ({ input }) => 'no account has the key ' + input.apiKey }), secretOptions: ['apiKey'] };
  static register({ token, options }) {
    return { module: AcmePay, providers: [{ provide: token, useValue: { start: verb, confirm: verb, verify: verb, cancel: verb, refund: verb, parseWebhook: verb, list: verb } }], exports: [token] };
  }
}
export { AcmePay as default };`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-'));
  await put('node_modules/@acme/pay/package.json', JSON.stringify({ name: '@acme/pay', version: '2.3.4', type: 'module', exports: './plugin.js' }));
  await put('node_modules/@acme/pay/plugin.js', GATEWAY);
  await symlink(resolve('node_modules/zod'), join(folder, 'node_modules/zod'));
  shop = await openShop({ env: { PAYMENT_PROCESSORS_FILE: await put('payment-processors.yaml', MAP), ...VARIABLES } });
  givenUp = lastWords({ source: 'await new Promise(() => {});' }, 'hangs');
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

interface WrongMap {
  /** Of the plug-in that the map names. */
  readonly source?: string;
  /** Instead of a map with that plug-in. */
  readonly map?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What an API and a worker say that must not start. */
async function lastWords({ source, map, env = {} }: WrongMap, name: string): Promise<string[]> {
  if (source !== undefined) await put(`${name}.mjs`, source);
  const file = await put(`${name}.yaml`, map ?? `card: { processor: ./${name}.mjs, options: { apiKey: "\${ACME_KEY}", endpoint: "https://pay.example.com" } }`);
  const settings = { databaseUrl: shop.databaseUrl, lmsUrl: shop.lms.url, env: { ...VARIABLES, PAYMENT_PROCESSORS_FILE: file, ...env } };
  return Promise.all([startApi, startWorker].map((start) => start(settings).then(() => 'It started.', (error: Error) => error.message)));
}

function expectRefusal(words: readonly string[], sentence: string): void {
  for (const said of words) {
    expect(said).toMatch(/^the (API|worker) ended with exit code 1\./);
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/\n\s+at |hunter2/);
  }
}

describe('GET /v1/payment-processors', () => {
  interface Listed {
    readonly items: readonly { readonly name: string; readonly wiring?: Record<string, unknown> }[];
  }
  const NAMES = [{ name: 'free', kind: 'bypass' }, { name: 'invoice', kind: 'bypass' }, { name: 'card', kind: 'gateway' }];

  it('tells learners by which names an order can be paid, and nothing else', async () => {
    const { status, body } = await shop.ask<Listed>('GET', '/v1/payment-processors', { token: await tokenOf('learner') });
    expect([status, body.items]).toEqual([200, NAMES]);
  });

  it('shows staff how they are wired, without a secret', async () => {
    const { body, text } = await shop.ask<Listed>('GET', '/v1/payment-processors', { token: shop.staff });
    expect(body.items).toMatchObject(NAMES);
    expect(body.items[0]?.wiring).toMatchObject({ processor: 'free', source: 'built-in', timeoutMs: null, options: {} });
    expect(body.items[2]?.wiring).toEqual({
      processor: '@acme/pay',
      source: 'package',
      plugIn: { name: 'acme-pay', version: '2.3.4' },
      contractVersion: 1,
      timeoutMs: 300,
      rules: { latePayments: 'refund', outsideRefunds: 'ask', disputes: 'revoke' },
      options: { apiKey: '${ACME_KEY}', endpoint: 'https://pay.example.com/v1', timeoutMs: 300 },
    });
    expect(text + shop.api.output()).not.toContain('hunter2');
  });

  it('is for whoever is logged in', async () => {
    expect((await shop.ask('GET', '/v1/payment-processors')).status).toBe(401);
  });
});

describe('ops payment-processors', () => {
  it('judges the same map without a database', async () => {
    const env = { PAYMENT_PROCESSORS_FILE: join(folder, 'payment-processors.yaml'), ...VARIABLES };
    expect(await runOps(env, ['payment-processors', '--check'])).toEqual({ code: 0, out: '3 payment processors are wired: API and worker would start with this map.\n', err: '' });
    expect((await runOps(env, ['payment-processors'])).out).toContain('acme-pay 2.3.4');
  });

  it('has free and invoice where nothing is configured', async () => {
    expect(await runOps({}, ['payment-processors', '--json', '--check'])).toEqual({ code: 0, out: '{"wired":2}\n', err: '' });
  });
});

describe('API and worker stop at boot, with an exit code and one sentence', () => {
  it.each<[string, WrongMap, string]>([
    ['is not there', { map: 'card: { processor: "@acme/nowhere" }' }, 'Payment processor "card": its processor "@acme/nowhere" cannot be loaded: no package of this name is installed for'],
    ['has a variable that is not set', { map: 'card: { processor: "@acme/pay", options: { apiKey: "${NOT_SET}" } }' }, 'card.options.apiKey: the variable NOT_SET is not set: set it'],
    ['does not take its options', { source: GATEWAY, env: { ACME_KEY: 'hunter2-of-somebody-else' } }, 'does not take its options: Wrong options of the processor "acme-pay": no account has the key ${ACME_KEY}'],
    ['throws as it is imported', { source: 'throw new Error("out of cheese");' }, 'cannot be loaded: out of cheese. Repair it'],
    ['was written for another contract', { source: GATEWAY.replace('contractVersion: 1', 'contractVersion: 2') }, 'was written for contract version 2; this service speaks 1: it needs a newer service.'],
    ['cannot refund', { source: GATEWAY.replace('refund: verb, ', '') }, 'provides a processor without refund: add it.'],
    ['fails as it is built', { source: GATEWAY.replace(/useValue: (\{.*?\})/, "useFactory: async () => { throw new Error('no way in with ' + options.apiKey); }") }, 'cannot be built: no way in with ${ACME_KEY}. Repair it'],
    ['needs a provider that is not there', { source: GATEWAY.replace(/useValue: (\{.*?\})/, "inject: ['CLOCK'], useFactory: () => ($1)") }, 'Payment processor "card": the module of its processor does not fit together: Nest can\'t resolve dependencies'],
    ['may take longer than the lease', { source: GATEWAY, env: { GATEWAY_TIMEOUT_MS: '60000' } }, 'work on a payment may take 122000: twice the longest time-out of a payment gateway, that of "card", and two seconds. Raise it to 122000 or more'],
  ])('for a processor that %s', async (title, wrong, sentence) => {
    expectRefusal(await lastWords(wrong, title.replaceAll(' ', '-')), sentence);
  });

  it('for a map that was named and is not there', async () => {
    expectRefusal(await lastWords({ env: { PAYMENT_PROCESSORS_FILE: join(folder, 'none.yaml') } }, 'unused'), 'none.yaml: cannot be read. Set PAYMENT_PROCESSORS_FILE to a map of payment processors, or leave it out');
  });

  it('for a gateway that never comes', async () => {
    expectRefusal(await givenUp, 'its processor "./hangs.mjs" cannot be loaded: it was not there after 10 s: its file awaits something that does not come. Repair it');
  });
});
