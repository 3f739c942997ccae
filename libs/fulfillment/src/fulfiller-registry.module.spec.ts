import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Test } from '@nestjs/testing';
import { FulfillerRegistryModule } from './fulfiller-registry.module.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import type { ProductTypeEntry } from './product-type.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulfillers-'));
});
afterAll(() => rm(folder, { recursive: true }));

const WORKING = `class Plugin {
  static manifest = { name: 'plugin', contractVersion: 1 };
  static register({ token, options, timeoutMs, productType }) {
    const fulfiller = { parseDetails: (raw) => ({ raw, options, timeoutMs, productType }), fulfill: async () => ({ reference: 'x' }), verify: async () => null, revoke: async () => {} };
    return { module: Plugin, providers: [{ provide: token, useValue: fulfiller }], exports: [token] };
  }
}
export default Plugin;`;

async function wire(source: string, entry: Partial<ProductTypeEntry> = {}): Promise<FulfillerRegistry> {
  const name = `./plugin-${Math.random().toString(36).slice(2)}.mjs`;
  await writeFile(join(folder, name), source);
  return compile(new Map([['mentoring', { fulfiller: name, options: {}, maxQuantity: 1, repeatable: false, ...entry }]]));
}

async function compile(productTypes: ReadonlyMap<string, ProductTypeEntry>): Promise<FulfillerRegistry> {
  const baseUrl = pathToFileURL(join(folder, 'product-types.yaml')).href;
  const wiring = await FulfillerRegistryModule.forRoot({ tokenMap: { baseUrl, productTypes }, defaultTimeoutMs: 7_000 });
  return (await Test.createTestingModule({ imports: [wiring] }).compile()).get(FulfillerRegistry);
}

describe('the token map', () => {
  it('gives a plug-in its options without the time-out, which overrides the default', async () => {
    const registry = await wire(WORKING, { options: { endpoint: 'https://example.com', timeoutMs: 1_500 } });
    expect(registry.parseDetails('mentoring', 'raw')).toEqual({ raw: 'raw', options: { endpoint: 'https://example.com' }, timeoutMs: 1_500, productType: 'mentoring' });
    expect([registry.get('mentoring').timeoutMs, registry.longestTimeoutMs()]).toEqual([1_500, 1_500]);
  });

  it('wires one plug-in for two product types apart from each other', async () => {
    await writeFile(join(folder, 'shared.mjs'), WORKING);
    const entry = { fulfiller: './shared.mjs', maxQuantity: 1, repeatable: false };
    const registry = await compile(new Map([['one', { ...entry, options: { n: 1 } }], ['two', { ...entry, options: { n: 2 } }]]));
    expect(['one', 'two'].map((type) => registry.parseDetails(type, null))).toMatchObject([{ options: { n: 1 } }, { options: { n: 2 } }]);
  });

  it('says for an unknown product type that the token map lacks it', async () => {
    const registry = await wire(WORKING);
    expect(() => registry.get('jetpack')).toThrow('No fulfiller delivers the product type "jetpack": add it to the token map.');
  });

  it.each([
    ['has no module', 'export const nothing = 1;', 'Product type "mentoring": its fulfiller "./plugin'],
    ['throws as it is loaded', 'throw new Error("out of cheese");', 'cannot be loaded: out of cheese. Name a folder'],
    ['was written for another contract', WORKING.replace('contractVersion: 1', 'contractVersion: 99'), 'was written for contract version 99; this service speaks 1'],
    ['does not take its options', WORKING.replace('const fulfiller', 'throw new Error("/endpoint is required"); const fulfiller'), 'does not take its options: /endpoint is required'],
    ['provides nothing under its token', WORKING.replace('exports: [token]', 'exports: []'), 'provides nothing that delivers'],
    ['lacks a verb', WORKING.replace('verify: async () => null,', ''), 'an object with parseDetails, fulfill, verify, revoke'],
  ])('stops the boot for a plug-in that %s', async (_, source, sentence) => {
    await expect(wire(source)).rejects.toThrow(sentence);
  });

  it.each(['./not-there.mjs', 'not-there', '@acme/not-there', 'enrollment/../../../etc'])('stops the boot when %s is not there, and says what it may be', async (fulfiller) => {
    const productTypes = new Map([['mentoring', { fulfiller, options: {}, maxQuantity: 1, repeatable: false }]]);
    await expect(compile(productTypes)).rejects.toThrow(/^Product type "mentoring": its fulfiller ".*" cannot be loaded: .* Name a folder of libs\/fulfillers, an installed package, or a path that starts with/s);
  });
});
