import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { locateFulfiller } from './fulfiller.location.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'locations-'));
  writeFileSync(join(folder, 'plugin.mjs'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const MANIFEST = 'package.json';
const versionBeside = () => locateFulfiller('./plugin.mjs', pathToFileURL(join(folder, 'product-types.yaml')).href).version;

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
