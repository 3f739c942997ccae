import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productTypesCommand } from './product-types.command.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'product-types-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const PLUG_IN = `export default class Mentoring {
  static manifest = { name: 'mentoring', contractVersion: 1, capabilities: { asynchronous: true }, options: { '~standard': { version: 1, vendor: 'spec', validate: (value) => ({ value }) } } };
  static register({ token }) {
    const verb = async () => null;
    return { module: Mentoring, providers: [{ provide: token, useValue: { parseDetails: verb, fulfill: verb, verify: verb, revoke: verb } }], exports: [token] };
  }
}`;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

async function answerTo(tokenMap: string, argv: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const file = join(folder, 'product-types.yaml');
  writeFileSync(join(folder, 'mentoring.mjs'), PLUG_IN);
  writeFileSync(file, tokenMap);
  let [out, err] = ['', ''];
  const code = await productTypesCommand.execute({ argv, env: { PRODUCT_TYPES_FILE: file, ...env }, stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
  return { code, out, err };
}

const GOOD = "mentoring: { fulfiller: ./mentoring.mjs, options: { apiKey: '${KEY}', timeoutMs: 500 }, callbackSecrets: ['${CALLBACK}'], retry: { server: { maxAttempts: 3 } } }\ndonation: { fulfiller: donation }";
const VARIABLES = { KEY: 'hunter2', CALLBACK: SECRET };

describe('ops product-types', () => {
  it('shows what is installed, without a database and without a secret', async () => {
    const { code, out, err } = await answerTo(GOOD, [], VARIABLES);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^type .*\nmentoring +\.\/mentoring\.mjs +path +mentoring +revoke, accept with callbacks +mentoring +500 ms .*\{"server":\{"maxAttempts":3\}\} +\{"timeoutMs":500,"apiKey":"\$\{KEY\}"\}\ndonation .*\n\n2 product types are wired: API and worker would start with this token map\.\n$/);
    expect(out).not.toMatch(/hunter2|whsec_/);
  });

  it('says no more than the verdict for --check, and everything for --json', async () => {
    expect(await answerTo(GOOD, ['--check'], VARIABLES)).toEqual({ code: 0, out: '2 product types are wired: API and worker would start with this token map.\n', err: '' });
    expect(JSON.parse((await answerTo(GOOD, ['--json'], VARIABLES)).out)).toMatchObject({ items: [{ productType: 'mentoring', callbacks: true }, { productType: 'donation', source: 'built-in', dependency: null }] });
    expect((await answerTo(GOOD, ['--json', '--check'], VARIABLES)).out).toBe('{"wired":2}\n');
  });

  it.each([
    ['a variable that is not set', GOOD, { CALLBACK: SECRET }, 'mentoring.options.apiKey: the variable KEY is not set'],
    ['a fulfiller that is not there', 'seat: { fulfiller: nowhere }', {}, 'Product type "seat": its fulfiller "nowhere" cannot be loaded'],
    ['waits that could never be', 'donation: { fulfiller: donation, retry: { server: { maxDelayMs: 100 } } }', {}, 'donation.retry.server: baseMs (5000) is longer than maxDelayMs (100)'],
    ['a time-out that outlasts the lease', 'donation: { fulfiller: donation, options: { timeoutMs: 60000 } }', {}, 'FULFILLMENT_LEASE_MS is 90000, but a delivery may take 131000'],
    ['a wrong setting', 'donation: { fulfiller: donation }', { LMS_TIMEOUT_MS: '7s' }, 'LMS_TIMEOUT_MS: must be a whole number'],
  ])('fails for %s, by the sentence of the boot', async (_, tokenMap, env, sentence) => {
    const { code, out, err } = await answerTo(tokenMap, ['--check'], env);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/\n\s+at /);
  });
});
