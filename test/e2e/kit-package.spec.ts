import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RULES } from '@order-fulfillment/fulfiller-kit/conformance';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { runProgram, succeed } from '../support/scaffold.js';

const KIT = join(cloneFolder(), 'libs/fulfiller-kit');
const MENTORING = join(cloneFolder(), 'test/plugins/mentoring');
const LARGEST_BYTES = 60_000;

/** Outside the repository, with the packed kit as its only package. */
let folder: string;
let kit: string;
let tarball: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit-package-'));
  kit = join(folder, 'node_modules/@order-fulfillment/fulfiller-kit');
  await succeed('npm', ['pack', '--offline', '--loglevel=error', '--pack-destination', folder], KIT);
  tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? 'none');
  await mkdir(kit, { recursive: true });
  await succeed('tar', ['-xzf', tarball, '--strip-components=1', '-C', kit], folder);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

describe('the packed kit', () => {
  it('holds the contract and its suite, compiled, and nothing else', async () => {
    const sources = (await filesOf(join(KIT, 'src'))).filter((file) => !/\.(spec|fake)\.ts$/.test(file)).map((file) => file.replace(/\.ts$/, ''));
    const expected = ['package.json', 'README.md', ...sources.flatMap((file) => [`dist/${file}.js`, `dist/${file}.d.ts`])];
    expect((await filesOf(kit)).sort()).toEqual(expected.sort());
    expect((await stat(tarball)).size).toBeLessThan(LARGEST_BYTES);
  });

  it('needs no package: its code imports only itself and Node', async () => {
    const code = (await filesOf(kit)).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(code.map((file) => readFile(join(kit, file), 'utf8')));
    const imported = texts.flatMap((text) => [...text.matchAll(/\b(?:from|import) ?\(?'([^']+)'/g)].map(([, specifier = '']) => specifier));
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((specifier) => !/^(\.{1,2}\/|node:)/.test(specifier))).toEqual([]);
    expect(JSON.parse(await readFile(join(kit, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
  });

  it('tells TypeScript what a fulfiller is', async () => {
    const typeRoots = [join(cloneFolder(), 'node_modules/@types')];
    const compilerOptions = { strict: true, noEmit: true, target: 'es2024', module: 'nodenext', skipLibCheck: true, types: ['node'], typeRoots };
    const project = await plugIn('typed', { 'tsconfig.json': JSON.stringify({ compilerOptions }), 'package.json': '{"type":"module"}', 'wrong.ts': TYPED });
    const { output } = await runProgram(process.execPath, [join(cloneFolder(), 'node_modules/typescript/bin/tsc'), '-p', project], project);
    expect(output.trim()).toMatch(/^wrong\.ts\(3,\d+\): error TS2322: .*$/m);
    expect(output.match(/error TS/g)).toHaveLength(1);
  });
});

const SOUND_RULE = 'refuses bad details and names the field';

describe('a plug-in in plain JavaScript that has nothing but the packed kit', () => {
  it('is proved by node --test, rule by rule', async () => {
    const { exitCode, output } = await proof(await mentoring('right', (code) => code));
    expect({ exitCode, failed: failedRules(output) }).toEqual({ exitCode: 0, failed: [] });
    const rules = RULES.filter(({ about }) => !about.includes('acceptance')).map(({ title }) => title);
    expect(passedRules(output)).toEqual(expect.arrayContaining(rules));
  });

  it.each([
    ['books once more each time', "'Idempotency-Key': idempotencyKey", "'Idempotency-Key': crypto.randomUUID()", 'does no harm when called again'],
    ['takes too many calls for an outage', "kind: 'throttled'", "kind: 'server'", 'reports 429 with the wait that was asked for'],
    ['tells its log who the learner is', 'const { learner, details', 'console.log(request); const { learner, details', 'writes no secret and no address to the log'],
  ])('and %s, is caught by the right rule', async (what, right, wrong, rule) => {
    const { exitCode, output } = await proof(await mentoring(what.replaceAll(' ', '-'), (code) => code.replace(right, wrong)), [rule, SOUND_RULE]);
    expect(exitCode).toBe(1);
    expect({ failed: failedRules(output), passed: passedRules(output) }).toEqual({ failed: [rule], passed: [SOUND_RULE] });
  });
});

const TYPED = `import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
export const verify: Fulfiller['verify'] = async () => ({ reference: 7 });
export const prove = describeFulfiller;
`;

async function mentoring(name: string, change: (code: string) => string): Promise<string> {
  const code = await readFile(join(MENTORING, 'index.js'), 'utf8');
  const changed = change(code);
  if (name !== 'right') expect(changed).not.toBe(code);
  const project = await plugIn(name, { 'index.js': changed });
  for (const file of ['package.json', 'mentoring.test.js']) await cp(join(MENTORING, file), join(project, file));
  return project;
}

async function plugIn(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const project = join(folder, name);
  await mkdir(project);
  for (const [file, text] of Object.entries(files)) await writeFile(join(project, file), text);
  return project;
}

/** @param rules only these; left out: all of them. */
function proof(project: string, rules: readonly string[] = []) {
  return runProgram(process.execPath, ['--test', '--test-reporter=tap', ...rules.map((rule) => `--test-name-pattern=${rule}$`)], project);
}

function passedRules(tap: string): string[] {
  return [...tap.matchAll(/^\s+ok \d+ - (.+)$/gm)].map(([, title = '']) => title);
}

function failedRules(tap: string): string[] {
  return [...tap.matchAll(/^\s+not ok \d+ - (.+)$/gm)].map(([, title = '']) => title);
}
