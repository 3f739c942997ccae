import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { locatePlugIn } from './plug-in.location.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'locations-'));
  writeFileSync(join(folder, 'plugin.mjs'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const MANIFEST = 'package.json';
const KIND = { entry: 'Gadget', plugIn: 'gear', purpose: 'turns', map: 'the map of gears', builtIn: { words: 'cog or wheel', has: (name: string) => name === 'cog', load: (name: string) => Promise.resolve({ name }) } };
const locate = (name: string) => locatePlugIn(KIND, name, pathToFileURL(join(folder, 'gears.yaml')).href);
const versionBeside = () => locate('./plugin.mjs').version;

describe('a plug-in', () => {
  it('is loaded by whoever has built it in, under that name and no other', async () => {
    const { source, load, version } = locate('cog');
    expect([source, await load(), version]).toEqual(['built-in', { name: 'cog' }, expect.stringMatching(/^\d/)]);
    expect(() => locate('no-cog')).toThrow(/^no package of this name is installed for .*, nor for the service itself\. Name cog or wheel, an installed package, or a path that starts with \.\/ \(seen from the map of gears\)\.$/);
  });
});

describe('the version of a plug-in', () => {
  it.each([
    ['is that of its package', '{ "version": "1.2.3" }', '1.2.3'],
    ['is none where its package says none', '{}', null],
    ['is none where that is no text', '{ "version": 1 }', null],
    ['is none beside a package.json that is no JSON', '{ "version": hunter2', null],
    ['is none beside a package.json that is null', 'null', null],
  ])('%s', (_, content, version) => {
    writeFileSync(join(folder, MANIFEST), content);
    expect(versionBeside()).toBe(version);
  });

  it('is none beside a package.json that cannot be read', () => {
    rmSync(join(folder, MANIFEST));
    mkdirSync(join(folder, MANIFEST));
    expect(versionBeside()).toBeNull();
  });
});
