import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { WiringError, missingProvider } from '#plugins';
import { FulfillerRegistryModule } from './fulfiller-registry.module.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { InstalledProductTypes } from './installed-product-types.js';
import type { ProductTypeEntry } from './product-type.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulfillers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const VERBS = `parseDetails: (raw) => ({ raw, options, timeoutMs, productType }), fulfill: async () => ({ reference: 'x' }), verify: async () => null, revoke: async () => {}`;
/** A schema that takes everything but `wrong`, and tells what it was given. */
const SCHEMA = `{ '~standard': { version: 1, vendor: 'spec', validate: (value) => 'wrong' in value ? { issues: [{ path: ['wrong'], message: 'is wrong: ' + value.wrong }] } : { value } } }`;
const WORKING = `class Plugin {
  static manifest = { name: 'plugin', contractVersion: 1, options: ${SCHEMA} };
  static register({ token, options, timeoutMs, productType }) {
    const fulfiller = { ${VERBS} };
    return { module: Plugin, providers: [{ provide: token, useValue: fulfiller }], exports: [token] };
  }
}
export default Plugin;`;
const manifest = (members: string) => WORKING.replace("name: 'plugin',", `name: 'plugin', ${members},`);

async function file(source: string): Promise<string> {
  const name = `./plugin-${Math.random().toString(36).slice(2)}.mjs`;
  await writeFile(join(folder, name), source);
  return name;
}

async function wire(source: string, entry: Partial<ProductTypeEntry> = {}): Promise<INestApplicationContext> {
  return compile(new Map([['mentoring', { fulfiller: await file(source), options: {}, maxQuantity: 1, repeatable: false, ...entry }]]));
}

async function compile(productTypes: ReadonlyMap<string, ProductTypeEntry>, buildLimitMs = 2_000): Promise<INestApplicationContext> {
  const baseUrl = pathToFileURL(join(folder, 'product-types.yaml')).href;
  const wiring = await FulfillerRegistryModule.forRoot({ tokenMap: { baseUrl, productTypes }, defaultTimeoutMs: 7_000, loadLimitMs: 2_000, buildLimitMs });
  return Test.createTestingModule({ imports: [wiring] }).compile();
}

async function registryOf(source: string, entry: Partial<ProductTypeEntry> = {}): Promise<FulfillerRegistry> {
  return (await wire(source, entry)).get(FulfillerRegistry);
}

/** A secret of 24 bytes. */
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

describe('the token map', () => {
  it('gives a plug-in its options without the time-out, which overrides the default', async () => {
    const registry = await registryOf(WORKING, { options: { endpoint: 'https://example.com', timeoutMs: 1_500 } });
    expect(registry.parseDetails('mentoring', 'raw')).toEqual({ raw: 'raw', options: { endpoint: 'https://example.com' }, timeoutMs: 1_500, productType: 'mentoring' });
    expect([registry.get('mentoring').timeoutMs, registry.longestTimeoutMs()]).toEqual([1_500, 1_500]);
  });

  it('wires one plug-in for two product types apart from each other', async () => {
    const entry = { fulfiller: await file(WORKING), maxQuantity: 1, repeatable: false };
    const registry = (await compile(new Map([['one', { ...entry, options: { n: 1 } }], ['two', { ...entry, options: { n: 2 } }]]))).get(FulfillerRegistry);
    expect(['one', 'two'].map((type) => registry.parseDetails(type, null))).toMatchObject([{ options: { n: 1 } }, { options: { n: 2 } }]);
  });

  it('says for an unknown product type that the token map lacks it', async () => {
    const registry = await registryOf(WORKING);
    expect(() => registry.get('jetpack')).toThrow('No fulfiller delivers the product type "jetpack": add it to the token map.');
  });

  it.each([
    ['has no provider named', WORKING, 'plugin'],
    ['names its provider', manifest("dependency: 'acme.example'"), 'acme.example'],
    ['calls nobody', manifest('dependency: null'), null],
    ['calls whom its options say', manifest('dependency: ({ productType, options }) => `${productType}.${options.host}`'), 'mentoring.h1'],
  ])('knows the provider of a plug-in that %s', async (_, source, dependency) => {
    expect((await registryOf(source, { options: { host: 'h1' } })).dependencyOf('mentoring')).toBe(dependency);
  });

  it('needs no revoke of a plug-in that takes nothing back, and refuses in its place', async () => {
    const { fulfiller, capabilities } = (await registryOf(manifest('capabilities: { revoke: false }').replace(', revoke: async () => {}', ''))).get('mentoring');
    expect(capabilities).toEqual({ revoke: false, asynchronous: false, sharedAccess: false });
    await expect(fulfiller.revoke({} as never)).rejects.toThrow('What the product type "mentoring" delivers cannot be taken back.');
    expect(await fulfiller.fulfill({} as never)).toEqual({ reference: 'x' });
  });

  it('keeps the secrets of callbacks, and shows what is installed without one', async () => {
    const options = { apiKey: 'hunter2', endpoint: 'https://u:p@example.com/', timeoutMs: 5 };
    const app = await wire(manifest('capabilities: { asynchronous: true }'), { options, writtenOptions: { ...options, apiKey: '${KEY}' }, callbackSecrets: [SECRET], retry: { server: { maxAttempts: 3 } } });
    expect(app.get(FulfillerRegistry).get('mentoring').callbackSecrets).toEqual([SECRET]);
    expect(app.get(InstalledProductTypes).list).toEqual([
      {
        productType: 'mentoring',
        fulfiller: expect.stringMatching(/^\.\/plugin-/),
        source: 'path',
        plugIn: { name: 'plugin', version: null },
        contractVersion: 1,
        capabilities: { revoke: true, asynchronous: true, sharedAccess: false },
        maxQuantity: 1,
        repeatable: false,
        timeoutMs: 5,
        retry: { server: { maxAttempts: 3 } },
        options: { apiKey: '${KEY}', endpoint: 'https://example.com/', timeoutMs: 5 },
        callbacks: true,
        dependency: 'plugin',
      },
    ]);
  });
});

describe('the boot stops', () => {
  it.each([
    ['has no module', 'export const nothing = 1;', 'has no module'],
    ['was written for another contract', WORKING.replace('contractVersion: 1', 'contractVersion: 99'), 'was written for contract version 99; this service speaks 1'],
    ['throws as it registers', WORKING.replace('const fulfiller', 'throw new Error("/endpoint is required"); const fulfiller'), 'does not take its options: /endpoint is required'],
    ['registers nothing', WORKING.replace('return {', 'return; ({'). replace('exports: [token] };', 'exports: [token] });'), 'registers no module: have register return { module, providers, exports } at once'],
    ['registers later', WORKING.replace('static register', 'static async register'), 'registers no module'],
    ['refuses later', WORKING.replace('static register({', 'static async register({').replace('const fulfiller', 'throw new Error(); const fulfiller'), 'registers no module'],
    ['provides nothing under its token', WORKING.replace('exports: [token]', 'exports: []'), 'provides nothing that delivers: provide and export, under the token it is given, an object with parseDetails, fulfill, verify, revoke'],
    ['lacks a verb', WORKING.replace('verify: async () => null,', ''), 'provides a fulfiller without verify: add it.'],
    ['lacks two', WORKING.replace('verify: async () => null, revoke: async () => {}', ''), 'provides a fulfiller without verify, revoke: add them, or say capabilities: { revoke: false } in the manifest'],
    ['names no provider for its options', manifest("dependency: () => 'No Name'"), 'names no provider: it names a provider that is no name'],
    ['throws when asked for its provider', manifest("dependency: () => { throw 'a text'; }"), 'names no provider: a text'],
    ['throws an object of nothing as it registers', WORKING.replace('const fulfiller', 'throw Object.create(null); const fulfiller'), 'does not take its options: something was thrown that has no words'],
    ['hands over a module that throws when it is looked at', WORKING.replace('return { module: Plugin,', 'return { get module() { throw new Error("out of cheese"); },'), 'cannot be looked at: out of cheese'],
    ['has a schema that answers later', WORKING.replace('validate: (value)', 'validate: async (value)'), 'does not take its options: The schema for the options of the fulfiller "plugin" is asynchronous'],
  ])('for a plug-in that %s', async (_, source, sentence) => {
    await expect(wire(source)).rejects.toThrow(sentence);
    await expect(wire(source)).rejects.toThrow(/product-types\.yaml: Product type "mentoring": its fulfiller "\.\/plugin-/);
  });

  it.each([
    ['options that its schema refuses, without the secret in them', { options: { wrong: 'hunter2' }, writtenOptions: { wrong: '${SECRET}' } }, 'does not take its options: Wrong options of the fulfiller "plugin": /wrong is wrong: ${SECRET}'],
    ['a secret for callbacks that never come', { callbackSecrets: [SECRET] }, 'never calls back (capabilities.asynchronous): take them out'],
  ])('for %s', async (_, entry, sentence) => {
    await expect(wire(WORKING, entry)).rejects.toThrow(sentence);
  });

  it('without a secret in whatever a log makes of the error', async () => {
    const thrown: unknown = await wire(WORKING, { options: { wrong: 'hunter2' }, writtenOptions: { wrong: '${SECRET}' } }).catch((error: unknown) => error);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('for a callback secret in a wrong form, and says which without showing it', async () => {
    const boot = () => wire(manifest('capabilities: { asynchronous: true }'), { callbackSecrets: [SECRET, 'hunter2'] });
    await expect(boot()).rejects.toThrow('number 2 of its callbackSecrets is no webhook secret: write whsec_ and the base64 of 24 to 64 random bytes, or ${NAME}');
    await expect(boot()).rejects.not.toThrow('hunter2');
  });

  it('for options of a plug-in that has no schema', async () => {
    await expect(wire(WORKING.replace(`options: ${SCHEMA}`, ''), { options: { speed: 9 } })).rejects.toThrow('/speed is no option: it takes none');
  });

  it('for every entry that is wrong at once, in the order of the file', async () => {
    const entry = { options: {}, maxQuantity: 1, repeatable: false };
    const boot = compile(new Map([['slow', { ...entry, fulfiller: await file('await new Promise((done) => setTimeout(done, 20)); throw new Error("one");') }], ['good', { ...entry, fulfiller: await file(WORKING) }], ['fast', { ...entry, fulfiller: 'nowhere' }]]));
    await expect(boot).rejects.toThrow(/"slow": .* one\..*\n.*"fast": /);
  });
});

describe("a factory of a plug-in's module", () => {
  const SECRETS = { options: { apiKey: 'hunter2' }, writtenOptions: { apiKey: '${KEY}' } };
  const FAILS = 'throw new Error("connect ECONNREFUSED redis://:" + options.apiKey + "@h")';
  const HANGS = 'return new Promise(() => {})';
  const VALUE = '{ provide: token, useValue: fulfiller }';
  const made = (work: string) => WORKING.replace(VALUE, `{ provide: token, useFactory: () => { ${work}; } }`);

  async function failure(boot: Promise<INestApplicationContext>): Promise<unknown> {
    return boot.then((app) => app.init()).then(() => 'It was built.', (error: unknown) => error);
  }

  it.each([
    ['a factory throws', made(FAILS)],
    ['a factory rejects', WORKING.replace(VALUE, `{ provide: token, useFactory: async () => { ${FAILS}; } }`)],
    ['a value rejects', WORKING.replace(VALUE, `{ provide: token, useValue: (async () => { ${FAILS}; })() }`)],
  ])('names its entry when %s, without a secret in whatever a log makes of it', async (_, source) => {
    const thrown = await failure(wire(source, SECRETS));
    expect(thrown).toBeInstanceOf(WiringError);
    expect(String(thrown)).toMatch(/product-types\.yaml: Product type "mentoring": its fulfiller "\.\/plugin-.*" cannot be built: connect ECONNREFUSED redis:\/\/:\$\{KEY\}@h\. Repair it, what it calls, or its options\.$/);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('stops the boot when it does not settle, naming every entry that is not there', async () => {
    const entry = { options: {}, maxQuantity: 1, repeatable: false };
    const boot = compile(new Map([['one', { ...entry, fulfiller: await file(made(HANGS)) }], ['good', { ...entry, fulfiller: await file(WORKING) }], ['two', { ...entry, fulfiller: await file(made(HANGS)) }]]), 50);
    const message = String(await failure(boot));
    expect(message).toContain('was not there after 0.05 s: a provider of its module awaits something that does not come. Repair it, or what it waits for.');
    expect(message).toMatch(/"one".*\n.*"two"/);
    expect(message).not.toContain('"good"');
  });

  it('is built as Nest would', async () => {
    const source = WORKING.replace(VALUE, `{ provide: 'SPEED', useFactory: async () => 9 }, Client, { provide: token, inject: [Client, 'LATE'], useFactory: (client, late) => ({ ...fulfiller, parseDetails: () => [client instanceof Client, client.speed, client.begun, client.constructor.name, late] }) }, { provide: 'LATE', useValue: Promise.resolve('late') }`);
    const app = await wire(`class Client { static inject = 1; constructor(speed) { this.speed = speed; } onModuleInit() { this.begun = true; } }\nReflect.defineMetadata('self:paramtypes', [{ index: 0, param: 'SPEED' }], Client);\nReflect.defineMetadata('design:paramtypes', [Object], Client);\n${source}`);
    await app.init();
    expect(app.get(FulfillerRegistry).parseDetails('mentoring', null)).toEqual([true, 9, true, 'Client', 'late']);
  });
});

describe("what Nest says of a plug-in's module", () => {
  const needing = (name: string, dependency: string) => WORKING.replaceAll('Plugin', name).replace('useValue: fulfiller', `inject: [${dependency}], useFactory: () => fulfiller`);
  const boot = (source: string) => wire(source).then(() => null, (error: unknown) => missingProvider(error)?.message ?? error);

  it('names the entry when a provider is not there', async () => {
    expect(await boot(needing('NeedyPlugin', "'CLOCK'"))).toMatch(/product-types\.yaml: Product type "mentoring": the module of its fulfiller does not fit together: Nest can't resolve dependencies .*CLOCK.* A plug-in provides what it needs itself/);
  });

  it('names the entry when it exports what it does not provide', async () => {
    expect(await boot(WORKING.replaceAll('Plugin', 'HollowPlugin').replace('providers: [{ provide: token, useValue: fulfiller }]', 'providers: []'))).toMatch(/product-types\.yaml: Product type "mentoring": the module of its fulfiller does not fit together: Nest cannot export .*HollowPlugin/);
  });

  it('knows whose fault it is not', () => {
    expect(missingProvider(new Error('HollowPlugin'))).toBeNull();
  });
});
