import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paymentProcessorsCommand } from './payment-processors.command.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'payment-processors-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const PLUG_IN = `export default class AcmePay {
  static manifest = { contractVersion: 1, name: 'acme-pay', kind: 'gateway', options: { safeParse: (data) => ({ success: true, data }) }, secretOptions: [] };
  static register({ token }) {
    const verb = async () => null;
    return { module: AcmePay, providers: [{ provide: token, useValue: { start: verb, confirm: verb, verify: verb, cancel: verb, refund: verb, parseWebhook: verb, list: verb } }], exports: [token] };
  }
}`;

async function answerTo(map: string, argv: readonly string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> {
  const file = join(folder, 'payment-processors.yaml');
  writeFileSync(join(folder, 'acme-pay.mjs'), PLUG_IN);
  writeFileSync(file, map);
  let [out, err] = ['', ''];
  const code = await paymentProcessorsCommand.execute({ argv, env: { PAYMENT_PROCESSORS_FILE: file, ...env }, stdout: { write: (text) => (out += text) }, stderr: { write: (text) => (err += text) } });
  return { code, out, err };
}

const GOOD = "card: { processor: ./acme-pay.mjs, options: { apiKey: '${KEY}', timeoutMs: 500 }, latePayments: refund }";
const VARIABLES = { KEY: 'hunter2' };

describe('ops payment-processors', () => {
  it('shows what is installed, without a database and without a secret, and rules only where money moves', async () => {
    const { code, out, err } = await answerTo(GOOD, [], VARIABLES);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^name .*\nfree +free +built-in +free \S+ +bypass[ -]*\ninvoice .*\ncard +\.\/acme-pay\.mjs +path +acme-pay +gateway +500 ms +refund +ask +ask +\{"timeoutMs":500,"apiKey":"\$\{KEY\}"\}\n\n3 payment processors are wired: API and worker would start with this map\.\n$/);
    expect(out).not.toContain('hunter2');
  });

  it('says no more than the verdict for --check, and everything for --json', async () => {
    expect(await answerTo(GOOD, ['--check'], VARIABLES)).toEqual({ code: 0, out: '3 payment processors are wired: API and worker would start with this map.\n', err: '' });
    expect(JSON.parse((await answerTo(GOOD, ['--json'], VARIABLES)).out)).toMatchObject({ items: [{ name: 'free' }, { name: 'invoice' }, { name: 'card', kind: 'gateway', rules: { latePayments: 'refund' } }] });
    expect((await answerTo('', ['--json', '--check'])).out).toBe('{"wired":2}\n');
  });

  it.each([
    ['a variable that is not set', GOOD, {}, 'card.options.apiKey: the variable KEY is not set'],
    ['a processor that is not there', 'card: { processor: nowhere }', {}, 'Payment processor "card": its processor "nowhere" cannot be loaded'],
    ['a file that is not there', '', { PAYMENT_PROCESSORS_FILE: '/nowhere.yaml' }, '/nowhere.yaml: cannot be read. Set PAYMENT_PROCESSORS_FILE'],
    ['a time-out that outlasts the lease', GOOD.replace('500', '60000'), VARIABLES, 'FULFILLMENT_LEASE_MS is 90000, but work on a payment may take 122000'],
    ['a wrong setting', '', { GATEWAY_TIMEOUT_MS: '7s' }, 'GATEWAY_TIMEOUT_MS: must be a whole number'],
  ])('fails for %s, by the sentence of the boot', async (_, map, env, sentence) => {
    const { code, out, err } = await answerTo(map, ['--check'], env);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(/\n\s+at |hunter2/);
  });
});
