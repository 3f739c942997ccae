import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RefundSettingsError, readRefundSettings, type RefundSettings } from './refunds.js';

const USUAL = { requestWindowDays: 14, autoApprove: [] };

let folder: string;
let file: string;
let usual: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refunds-'));
  file = join(folder, 'refunds.yaml');
  usual = process.cwd();
});
afterEach(() => process.chdir(usual));
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array): Promise<RefundSettings> {
  await writeFile(file, text);
  return readRefundSettings(file);
}

async function refusal(reading: Promise<unknown>): Promise<RefundSettingsError> {
  const thrown: unknown = await reading.then(
    () => new Error('Nothing was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof RefundSettingsError) return thrown;
  throw thrown;
}

describe('the rules of refunds', () => {
  it.each([['is empty', ''], ['has comments alone', '# nothing'], ['is an empty map', '{}']])('are the usual ones where the file %s', async (_, text) => {
    expect(await read(text)).toEqual(USUAL);
  });

  it('are the usual ones where the usual file is not there, and nobody has named one', async () => {
    process.chdir(await mkdtemp(join(folder, 'nothing-')));
    expect(await readRefundSettings(null)).toEqual(USUAL);
  });

  it('that come with the service are the usual ones', async () => {
    expect(await readRefundSettings(resolve(import.meta.dirname, 'refunds.yaml'))).toEqual(USUAL);
  });

  it('keep what is written, in its order', async () => {
    const text = 'requestWindowDays: 0\nautoApprove:\n  - { name: small, requestedBy: learner, withinDays: 7, upTo: { USD: 10000, JPY: 0 }, productTypes: [seat, donation] }\n  - { name: ours, requestedBy: staff }';
    expect(await read(text)).toEqual({
      requestWindowDays: 0,
      autoApprove: [
        { name: 'small', requestedBy: 'learner', withinDays: 7, upTo: { USD: 10_000, JPY: 0 }, productTypes: ['seat', 'donation'] },
        { name: 'ours', requestedBy: 'staff' },
      ],
    });
  });
});

describe('rules of refunds are refused in one sentence that names the file', () => {
  const rule = (text: string) => `autoApprove: [{ name: a, requestedBy: any${text} }]`;

  it.each([
    ['half a day', 'requestWindowDays: 1.5', 'requestWindowDays: '],
    ['a window of less than nothing', 'requestWindowDays: -1', 'requestWindowDays: '],
    ['a window without end', 'requestWindowDays: .inf', 'requestWindowDays: '],
    ['a window in words', 'requestWindowDays: 14d', 'requestWindowDays: '],
    ['a key that nobody knows', 'requestWindow: 14', '"requestWindow"'],
    ['a rule without a name', 'autoApprove: [{ requestedBy: any }]', 'autoApprove.0.name: '],
    ['a rule with a name that is none', 'autoApprove: [{ name: "A B", requestedBy: any }]', 'autoApprove.0.name: must be lower case letters'],
    ['a rule for nobody', 'autoApprove: [{ name: a }]', 'autoApprove.0.requestedBy: '],
    ['a rule for somebody unknown', 'autoApprove: [{ name: a, requestedBy: partner }]', 'autoApprove.0.requestedBy: '],
    ['two rules with one name', 'autoApprove: [{ name: a, requestedBy: any }, { name: a, requestedBy: staff }]', 'autoApprove: "a" stands twice'],
    ['rules that are a map', 'autoApprove: { name: a, requestedBy: any }', 'autoApprove: '],
    ['a rule that is a text', 'autoApprove: [small]', 'autoApprove.0: '],
    ['no days', rule(', withinDays: 0'), 'autoApprove.0.withinDays: '],
    ['a currency in small letters', rule(', upTo: { usd: 100 }'), 'autoApprove.0.upTo.usd: is no currency'],
    ['an amount in major units', rule(', upTo: { USD: 99.5 }'), 'autoApprove.0.upTo.USD: '],
    ['less than nothing', rule(', upTo: { USD: -1 }'), 'autoApprove.0.upTo.USD: '],
    ['more than can be counted', rule(', upTo: { USD: 9007199254740993 }'), 'autoApprove.0.upTo.USD: '],
    ['no currency', rule(', upTo: {}'), 'autoApprove.0.upTo: must name a currency'],
    ['no product type', rule(', productTypes: []'), 'autoApprove.0.productTypes: must name a product type'],
    ['a product type in capitals', rule(', productTypes: [Seat]'), 'autoApprove.0.productTypes.0: is no product type'],
    ['a key that stands twice', 'requestWindowDays: 1\nrequestWindowDays: 2', 'A key stands twice'],
    ['a prototype', '__proto__: {}', '"__proto__" is unknown here'],
    ['a prototype of amounts', rule(', upTo: { __proto__: 5 }'), '"__proto__" is unknown here'],
    ['a list', '- 14', 'the file: '],
    ['two documents', 'requestWindowDays: 1\n---\nrequestWindowDays: 2', 'one document'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00), 'the file: '],
  ])('for %s', async (_, text, fact) => {
    const { message } = await refusal(read(text));
    expect(message).toContain(`${file}: `);
    expect(message).toContain(fact);
    expect(message).toMatch(/\.$/);
  });

  it('when a file was named that is not there, naming the variable to change', async () => {
    const path = join(folder, 'missing.yaml');
    expect((await refusal(readRefundSettings(path))).message).toBe(`${path}: cannot be read. Set REFUNDS_FILE to the rules of refunds, or leave it out for the usual ones.`);
  });

  it('when the usual file is there and cannot be read', async () => {
    process.chdir(await mkdtemp(join(folder, 'wrong-')));
    await mkdir('config/refunds.yaml', { recursive: true });
    expect((await refusal(readRefundSettings(null))).message).toContain('config/refunds.yaml: cannot be read');
  });
});
