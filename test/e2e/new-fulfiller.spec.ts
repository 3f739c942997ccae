import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StubProvider } from '@order-fulfillment/fulfiller-kit/conformance';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { copyOfTheHouse, packInstalled, runProgram, succeed } from '../support/scaffold.js';
import { openShop, type Shop } from '../support/shop.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'new-fulfiller-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The mentoring service: one delivery for each idempotency key. */
const deliveries = new Map<string, unknown>();
const provider = new StubProvider({
  answer({ method, path, headers, body }) {
    const key = method === 'POST' ? String(headers['idempotency-key']) : decodeURIComponent(path.split('/').at(-1) ?? '');
    if (method === 'POST') deliveries.set(key, body);
    if (method === 'DELETE') return { status: deliveries.delete(key) ? 204 : 404 };
    return deliveries.has(key) ? { status: 200, body: { reference: 'An hour with Ann' } } : { status: 404 };
  },
  deliveredCount: () => deliveries.size,
  clear: () => deliveries.clear(),
});

describe('a product type that is scaffolded outside the repository', () => {
  let shop: Shop;
  let packageFolder: string;
  let zod: string;
  beforeAll(async () => {
    packageFolder = join(folder, 'acme-mentoring');
    [zod] = await Promise.all([packInstalled('zod', folder), provider.start()]);
    await succeed(process.execPath, [join(cloneFolder(), 'scripts/new-fulfiller.mjs'), 'mentoring', '--package', packageFolder, '--name', '@acme/mentoring-fulfiller'], folder);
  });
  afterAll(async () => {
    await shop?.close();
    await provider.stop();
  });

  it('passes its own tests there, the conformance suite among them, without this repository', async () => {
    await succeed('npm', ['install', '--offline', '--no-save', zod], packageFolder);
    const { exitCode, output } = await runProgram('npm', ['test'], packageFolder);
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/keeps the contract of a fulfiller[^]*does no harm when called again/)]);
    expect(output).not.toMatch(/^not ok/m);
  });

  it('has sound types', async () => {
    const modules = join(cloneFolder(), 'node_modules');
    expect(await runProgram(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', 'jsconfig.json', '--types', 'node', '--typeRoots', join(modules, '@types')], packageFolder)).toEqual({ exitCode: 0, output: '' });
  });

  it('is installed beside an operator\'s token map, bought, delivered and taken back', async () => {
    const tokenMap = await operatorsTokenMap(packageFolder, zod);
    shop = await openShop({ env: { PRODUCT_TYPES_FILE: tokenMap, MENTORING_API_KEY: 'key-of-the-operator' } });
    const saved = await shop.ask('PUT', `/v1/products/${randomUUID()}`, {
      token: shop.staff,
      headers: { 'if-none-match': '*' },
      body: { productType: 'mentoring', title: 'An hour of mentoring', details: { item: 'one-hour' }, skus: [{ sku: 'MENTOR', priceMinor: 5_000, currency: 'USD' }] },
    });
    expect(saved).toMatchObject({ status: 201 });
    const { username } = await shop.learner();

    const { body: order } = await shop.sell(username, ['MENTOR']);
    expect(order).toMatchObject({ status: 'complete', lines: [{ productType: 'mentoring', status: 'fulfilled', receipt: 'An hour with Ann' }] });
    expect([...deliveries]).toEqual([[order.lines[0]?.id, { orderNumber: order.number, learner: username, quantity: 1, item: 'one-hour' }]]);
    expect(provider.calls.map(({ headers }) => headers.authorization)).toContain('Bearer key-of-the-operator');

    const { status, body: taken } = await shop.ask('POST', `/v1/orders/${order.number}/revoke`, { token: shop.staff, body: { reason: 'the learner changed his mind' } });
    expect([status, taken.status, taken.lines.map((line) => line.status), deliveries.size]).toEqual([200, 'refunded', ['revoked'], 0]);
  });
});

/** Packages and token map together in a folder of the operator's. */
async function operatorsTokenMap(packageFolder: string, zod: string): Promise<string> {
  const operator = join(folder, 'operator');
  await mkdir(operator);
  await writeFile(join(operator, 'package.json'), '{ "private": true }');
  const { devDependencies } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
  const kit = join(packageFolder, String(devDependencies['@order-fulfillment/fulfiller-kit']).replace('file:', ''));
  const packed = (await succeed('npm', ['pack', '--loglevel=error', '--pack-destination', operator], packageFolder)).trim();
  await succeed('npm', ['install', '--offline', kit, zod, join(operator, packed)], operator);
  const entry = `mentoring:\n  fulfiller: "@acme/mentoring-fulfiller"\n  options: { endpoint: "${provider.url}/deliveries", apiKey: "\${MENTORING_API_KEY}" }\n`;
  await writeFile(join(operator, 'product-types.yaml'), `seat: { fulfiller: enrollment }\n${entry}`);
  return join(operator, 'product-types.yaml');
}

describe('a product type that is generated in the repository', () => {
  it('is green at once: lint, types, rules of the house, conformance, and the boot', async () => {
    const copy = await copyOfTheHouse(folder);
    await succeed(process.execPath, ['scripts/new-fulfiller.mjs', 'exam-retake-2'], copy);
    const tool = (path: string, ...args: string[]) => runProgram(process.execPath, [join(copy, 'node_modules', path), ...args], copy);
    await writeFile(join(copy, 'tsconfig.new.json'), '{ "extends": "./tsconfig.json", "compilerOptions": { "incremental": false }, "include": ["libs/fulfillers/src/exam-retake-2"] }');
    const compiled = await tool('typescript/bin/tsc', '-p', 'tsconfig.new.json');
    const [linted, tested, booted] = await Promise.all([
      tool('eslint/bin/eslint.js', 'libs/fulfillers/src/exam-retake-2', '--max-warnings=0'),
      runProgram(process.execPath, ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--selectProjects=unit', '--testPathPatterns=libs/fulfillers/src/exam-retake-2|architecture'], copy),
      runProgram(process.execPath, ['dist/apps/ops/src/ops.main.js', 'product-types'], copy),
    ]);
    expect([compiled, linted]).toEqual([{ exitCode: 0, output: '' }, { exitCode: 0, output: '' }]);
    expect(tested).toMatchObject({ exitCode: 0, output: expect.stringMatching(/Test Suites: 3 passed/) });
    expect(booted).toMatchObject({ exitCode: 0, output: expect.stringMatching(/exam-retake-2/) });
  });
});
