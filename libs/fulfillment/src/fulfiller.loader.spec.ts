import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadFulfillerModule, type LoadedFulfiller } from './fulfiller.loader.js';
import { WiringError } from '#plugins';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packages-'));
});
afterAll(() => rm(folder, { recursive: true }));

const CLASS = `class Plugin { static manifest = { name: 'plugin', contractVersion: 1 }; static register() {} }`;
const ESM = `${CLASS} export default Plugin;`;

async function put(files: Readonly<Record<string, string | object>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

function load(name: string, limitMs?: number): Promise<LoadedFulfiller> {
  return loadFulfillerModule('mentoring', name, pathToFileURL(join(folder, 'product-types.yaml')).href, limitMs);
}

async function refusal(name: string, limitMs?: number): Promise<string> {
  const thrown: unknown = await load(name, limitMs).then(
    () => new Error('It was loaded.'),
    (error: unknown) => error,
  );
  if (thrown instanceof WiringError) return thrown.message;
  throw thrown;
}

describe('a fulfiller is found', () => {
  it.each([
    ['that is a built-in folder', 'donation', {}, 'built-in'],
    ['by a path', './p0/plugin.mjs', { 'p0/plugin.mjs': ESM, 'p0/package.json': { version: '1.2.3' } }, 'path'],
    ['by a path with blanks and signs of addresses', './a #1 %41?/plugin.mjs', { 'a #1 %41?/plugin.mjs': ESM, 'a #1 %41?/package.json': { version: '1.2.3' } }, 'path'],
    ['in a package with a main file', 'p2', { 'node_modules/p2/main.mjs': ESM, 'node_modules/p2/package.json': { version: '1.2.3', main: './main.mjs' } }, 'package'],
    ['in a package with no more than an index', 'p3', { 'node_modules/p3/index.js': `${CLASS} module.exports = Plugin;`, 'node_modules/p3/package.json': { version: '1.2.3' } }, 'package'],
    ['in a package with a scope', '@acme/p4', { 'node_modules/@acme/p4/x.mjs': ESM, 'node_modules/@acme/p4/package.json': { version: '1.2.3', exports: './x.mjs' } }, 'package'],
    ['in a package for import only', 'p5', { 'node_modules/p5/x.mjs': ESM, 'node_modules/p5/package.json': { version: '1.2.3', exports: { '.': { types: './x.d.ts', import: './x.mjs' } } } }, 'package'],
    ['in a package for require only', 'p6', { 'node_modules/p6/x.cjs': `${CLASS} module.exports = Plugin;`, 'node_modules/p6/package.json': { version: '1.2.3', exports: { require: './x.cjs' } } }, 'package'],
    ['in a package that TypeScript made for CommonJS', 'p7', { 'node_modules/p7/x.cjs': `${CLASS} Object.defineProperty(exports, '__esModule', { value: true }); exports.default = Plugin;`, 'node_modules/p7/package.json': { version: '1.2.3', exports: './x.cjs' } }, 'package'],
    ['as a part of a package', 'p8/mentoring', { 'node_modules/p8/lib/mentoring.mjs': ESM, 'node_modules/p8/package.json': { version: '1.2.3', exports: { './*': { node: { import: './lib/*.mjs' } } } } }, 'package'],
    ['as a part of a package without exports', 'p9/mentoring.mjs', { 'node_modules/p9/mentoring.mjs': ESM, 'node_modules/p9/package.json': { version: '1.2.3' } }, 'package'],
  ])('%s: %s', async (_, name, files, source) => {
    await put(files);
    const { manifest, ...facts } = await load(name);
    expect(facts).toEqual({ module: expect.any(Function), source, version: source === 'built-in' ? expect.stringMatching(/^\d/) : '1.2.3' });
    expect(manifest.name).toMatch(/plugin|donation/);
  });

  it('in a package that is a link to where it is written', async () => {
    await put({ 'elsewhere/linked/index.mjs': ESM, 'elsewhere/linked/package.json': { version: '0.0.1', exports: './index.mjs' }, 'node_modules/.keep': '' });
    await symlink(join(folder, 'elsewhere/linked'), join(folder, 'node_modules/linked'));
    expect(await load('linked')).toMatchObject({ source: 'package', version: '0.0.1' });
  });

  it('beside the token map before it is found beside the service, and beside the service when it is not there', async () => {
    // A package that the service has.
    expect(await refusal('yaml')).toContain('has no module');
    await put({ 'node_modules/yaml/index.mjs': ESM, 'node_modules/yaml/package.json': { version: '0.0.2', exports: './index.mjs' } });
    expect(await load('yaml')).toMatchObject({ version: '0.0.2' });
  });

  it('and keeps its folder when a package has its name', async () => {
    await put({ 'node_modules/donation/index.mjs': ESM, 'node_modules/donation/package.json': { exports: './index.mjs' } });
    expect(await load('donation')).toMatchObject({ source: 'built-in' });
  });
});

describe('a fulfiller cannot be loaded', () => {
  it.each([
    ['', 'neither a path nor the name of a package'],
    [' ', 'neither a path'],
    ['node:fs', 'neither a path'],
    ['fs', 'no package of this name is installed for'],
    ['https://example.com/plugin.mjs', 'neither a path'],
    ['data:text/javascript,export default 1', 'neither a path'],
    ['file:///etc/passwd', 'neither a path'],
    ['#orders', 'neither a path'],
    ['enrollment/../../../etc', 'neither a path'],
    ['@acme', 'neither a path'],
    ['..', 'neither a path'],
    ['../../not-there.mjs', 'there is no file'],
    ['./not-there.mjs', 'there is no file'],
    ['not-there', 'no package of this name is installed for'],
    ['@acme/not-there', 'no package of this name is installed for'],
  ])('by the name %j, and it says what may be named', async (name, fact) => {
    const message = await refusal(name);
    expect(message).toContain(`Product type "mentoring": its fulfiller "${name}" cannot be loaded: `);
    expect(message).toContain(fact);
    expect(message).toMatch(/Name a folder of libs\/fulfillers, an installed package, or a path that starts with \.\/ \(seen from the token map\)\.$/);
  });

  it.each([
    ['has a package.json that is no JSON', 'b0', { 'package.json': '{' }, 'cannot be loaded: '],
    ['exports nothing by that name', 'b1', { 'package.json': { exports: { './other': './x.mjs' } } }, 'No "exports" main defined'],
    ['closes the part', 'b2/inner', { 'package.json': { exports: { './*': './*.mjs', './inner': null } } }, 'is not defined by "exports"'],
    ['leads out of itself', 'b3', { 'package.json': { exports: '../../x.mjs' } }, 'targets must start with "./"'],
    ['was not built', 'b4', { 'package.json': { exports: './dist/index.js' } }, 'Cannot find module'],
    ['throws as it is loaded', 'b5', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'throw new Error("out of cheese");' }, 'cannot be loaded: out of cheese. Repair it, install what it needs beside it, or name another one.'],
    ['throws a text', 'b6', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'throw "out of cheese";' }, 'cannot be loaded: out of cheese. Repair'],
    ['throws an object of nothing', 'b12', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'throw Object.create(null);' }, 'cannot be loaded: something was thrown that has no words. Repair'],
    ['throws as its manifest is read', 'b13', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default class { static get manifest() { throw new Error("out of cheese"); } static register() {} }' }, 'cannot be looked at: out of cheese. Repair its module and its manifest.'],
    ['throws as a part of its manifest is read', 'b14', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default class { static manifest = { name: "x", contractVersion: 1, get capabilities() { throw Object.create(null); } }; static register() {} }' }, 'cannot be looked at: something was thrown'],
    ['throws as a capability is read', 'b15', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default class { static manifest = { name: "x", contractVersion: 1, capabilities: { get revoke() { throw new Error("out of cheese"); } } }; static register() {} }' }, 'cannot be looked at: out of cheese'],
    ['needs what is not installed', 'b7', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'import "not-installed";' }, 'not-installed'],
    ['has no default export', 'b8', { 'package.json': { exports: './x.mjs' }, 'x.mjs': `export ${CLASS}` }, 'has no module: export by default a class'],
    ['has an object for a default export', 'b9', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default { manifest: {}, register() {} };' }, 'has no module'],
    ['has a manifest that is none', 'b10', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default class { static manifest = null; static register() {} }' }, 'has no module'],
    ['cannot register', 'b11', { 'package.json': { exports: './x.mjs' }, 'x.mjs': 'export default class { static manifest = {}; static register = 1 }' }, 'has no module'],
  ])('from a package that %s', async (_, name, files, fact) => {
    await put(Object.fromEntries(Object.entries(files).map(([path, content]) => [`node_modules/${name.split('/')[0]}/${path}`, content])));
    expect(await refusal(name)).toContain(fact);
  });

  it('and what it threw can be logged, whatever it is', async () => {
    await put({ 'trap.mjs': 'throw Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("a trap"); } });' });
    const thrown = await load('./trap.mjs').catch((error: unknown) => error);
    expect(thrown).toMatchObject({ cause: { message: 'x', stack: 'x' } });
  });

  it('when it awaits something that never comes', async () => {
    await put({ 'hangs.mjs': `await new Promise(() => {}); ${ESM}` });
    expect(await refusal('./hangs.mjs', 50)).toContain('it was not there after 0.05 s: its file awaits something that does not come. Repair it');
  });
});

describe('a manifest is refused', () => {
  it.each([
    ['from the future', '{ contractVersion: 2 }', 'was written for contract version 2; this service speaks 1: it needs a newer service.'],
    ['from the past', '{ contractVersion: 0 }', 'was written for contract version 0; this service speaks 1: it is too old. Install a newer version of the plug-in.'],
    ['without a version', '{ contractVersion: undefined }', 'states no contract version: manifest.contractVersion is a whole number, for this service 1'],
    ['with a version in words', "{ contractVersion: '1' }", 'states no contract version'],
    ['with half a version', '{ contractVersion: 1.5 }', 'states no contract version'],
    ['with a name that is no text', '{ name: 7 }', 'has no name'],
    ['with an empty name', "{ name: ' ', dependency: null }", 'has no name'],
    ['with a name that is no provider, and no provider', "{ name: 'Mentoring Ltd' }", 'names a provider that is no name'],
    ['with a provider that is no text', '{ dependency: 7 }', 'names a provider that is no name'],
    ['with capabilities that are none', "{ capabilities: 'revoke' }", 'has capabilities that are no object'],
    ['with a list of capabilities', "{ capabilities: ['revoke'] }", 'has capabilities that are no object'],
    ['with a capability that nobody knows', '{ capabilities: { revoked: false } }', 'has a capability that nobody knows, "revoked"'],
    ['with a capability in words', "{ capabilities: { revoke: 'no' } }", 'has a capability that is neither true nor false: manifest.capabilities.revoke'],
    ['with options that are no schema', '{ options: { apiKey: String } }', 'has options that are no Standard Schema'],
    ['with options that are null', '{ options: null }', 'has options that are no Standard Schema'],
    ['with a schema that cannot validate', "{ options: { '~standard': { version: 1 } } }", 'has options that are no Standard Schema'],
    ['with secret options that are no list', "{ secretOptions: 'apiKey' }", 'has secretOptions that are no list of names'],
    ['with secret options that are no names', '{ secretOptions: [1] }', 'has secretOptions that are no list of names'],
  ])('%s', async (title, manifest, fact) => {
    const name = `./${title.replaceAll(/[ ,]/g, '-')}.mjs`;
    await put({ [name]: `export default class { static manifest = { name: 'plugin', contractVersion: 1, ...${manifest} }; static register() {} }` });
    expect(await refusal(name)).toContain(`Product type "mentoring": its fulfiller "${name}" ${fact}`);
  });

  it('never for what is left out, nor for a provider that depends on the entry', async () => {
    await put({ 'full.mjs': `export default class { static manifest = { name: 'Any Name', contractVersion: 1, dependency: () => 'x', capabilities: { revoke: undefined }, secretOptions: [] }; static register() {} }` });
    expect((await load('./full.mjs')).module.manifest.name).toBe('Any Name');
  });
});
