import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { WiringError, missingProvider } from '#plugins';
import { InstalledProcessors } from './installed-processors.js';
import { PaymentLeaseTooShortError, UnknownProcessorError } from './processor.errors.js';
import { ProcessorRegistryModule, type ProcessorRegistryOptions } from './processor-registry.module.js';
import type { ProcessorEntry } from './processor.map.js';
import { ProcessorRegistry } from './processor.registry.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const PARKING = { latePayments: 'park', outsideRefunds: 'ask', disputes: 'ask' } as const;
const VERBS = ['start', 'confirm', 'verify', 'cancel', 'refund', 'parseWebhook', 'list'];
const PROVIDED = '{ given: { options, timeoutMs, name }, ...verbs }';
/** What zod has of use here: it refuses `wrong`, and says what it was given. */
const SCHEMA = `{ safeParse: (value) => ('wrong' in value ? { success: false, error: { issues: [{ path: ['wrong'], message: 'is wrong: ' + value.wrong }, { path: [], message: 'and more' }] } } : { success: true, data: value }) }`;
const GATEWAY = `const verbs = { ${VERBS.map((verb) => `${verb}: async () => null`).join(', ')} };
export default class Gateway {
  static manifest = { contractVersion: 1, name: 'acme-pay', kind: 'gateway', options: ${SCHEMA}, secretOptions: ['pinned'] };
  static register({ token, name, options, timeoutMs }) {
    return { module: Gateway, providers: [{ provide: token, useValue: ${PROVIDED} }], exports: [token] };
  }
}`;
const FREE: ProcessorEntry = { processor: 'free', options: {}, ...PARKING };
const INVOICE: ProcessorEntry = { processor: 'invoice', options: {}, ...PARKING };

async function file(source: string): Promise<string> {
  const name = `./gateway-${Math.random().toString(36).slice(2)}.mjs`;
  await writeFile(join(folder, name), source);
  return name;
}

async function wire(processors: ReadonlyMap<string, ProcessorEntry>, more: Partial<ProcessorRegistryOptions> = {}): Promise<INestApplicationContext> {
  const map = { baseUrl: pathToFileURL(join(folder, 'payment-processors.yaml')).href, processors };
  const module = await ProcessorRegistryModule.forRoot({ map, defaultTimeoutMs: 15_000, loadLimitMs: 2_000, buildLimitMs: 2_000, ...more });
  return Test.createTestingModule({ imports: [module] }).compile();
}

async function wireOne(source: string, entry: Partial<ProcessorEntry> = {}, more: Partial<ProcessorRegistryOptions> = {}): Promise<INestApplicationContext> {
  return wire(new Map([['card', { processor: await file(source), options: {}, ...PARKING, ...entry }]]), more);
}

describe('the registry of payment processors', () => {
  it('has free and invoice from the service itself', async () => {
    const registry = (await wire(new Map([['free', FREE], ['invoice', INVOICE]]))).get(ProcessorRegistry);
    expect([registry.names(), registry.gateways()]).toEqual([['free', 'invoice'], []]);
    const free = registry.get('free');
    expect(free).toMatchObject({ name: 'free', kind: 'bypass', rules: PARKING });
    expect(free.kind === 'bypass' && free.bypass.settle({ totalMinor: 0, isStaff: false, reference: null })).toEqual({ reference: null, owed: false });
  });

  it('gives a gateway its options without the time-out, and keeps its rules', async () => {
    const rules = { latePayments: 'refund', outsideRefunds: 'revoke', disputes: 'keep' } as const;
    const registry = (await wireOne(GATEWAY, { options: { account: 'eu', timeoutMs: 1_500 }, ...rules })).get(ProcessorRegistry);
    expect(registry.find('card')).toMatchObject({ name: 'card', kind: 'gateway', timeoutMs: 1_500, rules, gateway: { given: { options: { account: 'eu' }, timeoutMs: 1_500, name: 'card' } } });
  });

  it('wires one gateway twice, with two accounts', async () => {
    const processor = await file(GATEWAY);
    const registry = (await wire(new Map(['eu', 'us'].map((account) => [account, { processor, options: { account }, ...PARKING }])))).get(ProcessorRegistry);
    expect(registry.gateways()).toMatchObject([{ name: 'eu', timeoutMs: 15_000, gateway: { given: { options: { account: 'eu' } } } }, { name: 'us', gateway: { given: { options: { account: 'us' } } } }]);
  });

  it.each(['card', '', 'constructor', '__proto__'])('says which there are when it is asked for %j', async (name) => {
    const registry = (await wire(new Map([['free', FREE], ['invoice', INVOICE]]))).get(ProcessorRegistry);
    expect(registry.find(name)).toBeUndefined();
    expect(() => registry.get(name)).toThrow(UnknownProcessorError);
    expect(() => registry.get(name)).toThrow('There is no such payment processor; there are: free, invoice.');
  });

  it('shows what is installed without a secret, and no time-out where nobody is called', async () => {
    const options = { apiKey: 'hunter2', pinned: 'hunter3', account: 'eu' };
    const app = await wire(new Map([['free', FREE], ['card', { processor: await file(GATEWAY), options, writtenOptions: { ...options, apiKey: '${KEY}' }, ...PARKING }]]));
    expect(app.get(InstalledProcessors).list).toEqual([
      { name: 'free', kind: 'bypass', processor: 'free', source: 'built-in', plugIn: { name: 'free', version: expect.stringMatching(/^\d/) }, contractVersion: 1, timeoutMs: null, rules: PARKING, options: {} },
      { name: 'card', kind: 'gateway', processor: expect.stringMatching(/^\.\/gateway-/), source: 'path', plugIn: { name: 'acme-pay', version: null }, contractVersion: 1, timeoutMs: 15_000, rules: PARKING, options: { apiKey: '${KEY}', pinned: '***', account: 'eu' } },
    ]);
  });
});

describe('the boot stops', () => {
  const manifest = (members: string) => GATEWAY.replace("secretOptions: ['pinned']", `secretOptions: [], ${members}`);

  it.each([
    ['has no module', 'export const nothing = 1;', 'has no module'],
    ['is from the future', manifest('contractVersion: 2'), 'was written for contract version 2; this service speaks 1: it needs a newer service.'],
    ['is from the past', manifest('contractVersion: 0'), 'was written for contract version 0; this service speaks 1: it is too old. Install'],
    ['states no version', manifest("contractVersion: '1'"), 'states no contract version: manifest.contractVersion is a whole number, for this service 1'],
    ['has no name', manifest("name: 'Acme Pay'"), 'has no name: give manifest.name lower case letters, digits and -'],
    ['is of a kind that nobody knows', manifest("kind: 'card'"), 'has a kind that nobody knows: manifest.kind is gateway or bypass'],
    ['has no schema', manifest('options: undefined'), 'has options that are no zod schema'],
    ['has names of secrets that are none', manifest("secretOptions: 'pinned'"), 'has secretOptions that are no list of names'],
    ['throws as it is loaded', 'throw new Error("out of cheese");', 'cannot be loaded: out of cheese. Repair it'],
    ['never comes', `await new Promise(() => {}); ${GATEWAY}`, 'it was not there after 2 s: its file awaits something that does not come'],
    ['throws as it registers', GATEWAY.replace('return {', 'throw new Error("out of cheese"); return {'), 'does not take its options: out of cheese'],
    ['registers nothing', GATEWAY.replace('return {', 'return; ({').replace('exports: [token] };', 'exports: [token] });'), 'registers no module'],
    ['provides nothing under its token', GATEWAY.replace('exports: [token]', 'exports: []'), `provides nothing that takes payments: provide and export, under the token it is given, an object with ${VERBS.join(', ')}.`],
    ['cannot refund', GATEWAY.replace(PROVIDED, '{ ...verbs, refund: undefined }'), 'provides a processor without refund: add it.'],
    ['is a bypass that cannot settle', manifest("kind: 'bypass'"), 'provides a processor without settle: add it.'],
    ['fails as it is built', GATEWAY.replace(`useValue: ${PROVIDED}`, 'useFactory: async () => { throw new Error("out of cheese"); }'), 'cannot be built: out of cheese. Repair it'],
  ])('for a processor that %s', async (_, source, sentence) => {
    const thrown: unknown = await wireOne(source).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(WiringError);
    expect(String(thrown)).toMatch(/payment-processors\.yaml: Payment processor "card": its processor "\.\/gateway-/);
    expect(String(thrown)).toContain(sentence);
  });

  it('for options that its schema refuses, naming each, without the secret in them', async () => {
    const thrown: unknown = await wireOne(GATEWAY, { options: { wrong: 'hunter2' }, writtenOptions: { wrong: '${SECRET}' } }).catch((error: unknown) => error);
    expect(String(thrown)).toContain('does not take its options: Wrong options of the processor "acme-pay": /wrong is wrong: ${SECRET}; and more');
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it.each(['free', 'invoice'])('for options of %s, which takes none', async (name) => {
    await expect(wire(new Map([[name, { ...FREE, processor: name, options: { speed: 9 } }]]))).rejects.toThrow(`its processor "${name}" does not take its options: Wrong options of the processor "${name}": Unrecognized key: "speed"`);
  });

  it('for a name that leads nowhere, saying what may be named', async () => {
    await expect(wire(new Map([['card', { ...FREE, processor: 'registry' }]]))).rejects.toThrow(/"registry" cannot be loaded: no package of this name .* Name a built-in one \(free, invoice, stripe, paypal\), an installed package, or a path that starts with \.\/ \(seen from the map of payment processors\)\.$/);
  });

  it('for every entry that is wrong at once', async () => {
    await expect(wire(new Map([['one', { ...FREE, processor: 'nowhere' }], ['free', FREE], ['two', { ...FREE, processor: './nowhere.mjs' }]]))).rejects.toThrow(/"one": .*\n.*"two": /);
  });

  it('for what Nest cannot put together, by the entry', async () => {
    const needy = GATEWAY.replaceAll('Gateway', 'NeedyGateway').replace(`useValue: ${PROVIDED}`, `inject: ['CLOCK'], useFactory: () => verbs`);
    const thrown: unknown = await wireOne(needy).catch((error: unknown) => error);
    expect(missingProvider(thrown)?.message).toMatch(/payment-processors\.yaml: Payment processor "card": the module of its processor does not fit together: .*CLOCK/);
  });
});

describe('the lease on a payment', () => {
  it('has to outlast two calls of the slowest gateway', async () => {
    const boot = (leaseMs: number) => wireOne(GATEWAY, { options: { timeoutMs: 5_000 } }, { leaseMs });
    await expect(boot(11_999)).rejects.toThrow(PaymentLeaseTooShortError);
    await expect(boot(11_999)).rejects.toThrow('FULFILLMENT_LEASE_MS is 11999, but work on a payment may take 12000: twice the longest time-out of a payment gateway, that of "card", and two seconds. Raise it to 12000 or more, or lower GATEWAY_TIMEOUT_MS or options.timeoutMs of "card".');
    expect((await boot(12_000)).get(ProcessorRegistry).names()).toEqual(['card']);
  });

  it('is nobody\'s affair where no gateway is called', async () => {
    expect((await wire(new Map([['free', FREE], ['invoice', INVOICE]]), { leaseMs: 1 })).get(ProcessorRegistry).names()).toEqual(['free', 'invoice']);
  });
});
