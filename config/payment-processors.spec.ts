import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { PaymentProcessorsError, readPaymentProcessors, type PaymentProcessorsFile } from './payment-processors.js';
import { Variables } from './variable-references.js';

const PARKING = { options: {}, writtenOptions: {}, latePayments: 'park', outsideRefunds: 'ask', disputes: 'ask' };
const FREE_AND_INVOICE = [['free', { processor: 'free', ...PARKING }], ['invoice', { processor: 'invoice', ...PARKING }]];

let folder: string;
let file: string;
let usual: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'payment-processors-'));
  file = join(folder, 'payment-processors.yaml');
  usual = process.cwd();
});
afterEach(() => process.chdir(usual));
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array, env: Record<string, string> = {}): Promise<PaymentProcessorsFile> {
  await writeFile(file, text);
  return readPaymentProcessors(file, new Variables(env));
}

async function refusal(reading: Promise<unknown>): Promise<PaymentProcessorsError> {
  const thrown: unknown = await reading.then(
    () => new Error('Nothing was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof PaymentProcessorsError) return thrown;
  throw thrown;
}

describe('the map of payment processors', () => {
  it.each([['is empty', ''], ['has comments alone', '# nobody'], ['is an empty map', '{}'], ['names them without more', 'invoice:\nfree:']])('has free and invoice where it %s', async (_, text) => {
    expect([...(await read(text)).processors]).toEqual(FREE_AND_INVOICE);
  });

  it('has them where the usual file is not there, and nobody has named one', async () => {
    process.chdir(await mkdtemp(join(folder, 'nothing-')));
    expect([...(await readPaymentProcessors(null)).processors]).toEqual(FREE_AND_INVOICE);
  });

  it('that comes with the service is these two', async () => {
    expect([...(await readPaymentProcessors(resolve(import.meta.dirname, 'payment-processors.yaml'))).processors]).toEqual(FREE_AND_INVOICE);
  });

  it('keeps what an entry says, and says where relative paths start', async () => {
    const { baseUrl, processors } = await read("card: { processor: stripe, options: { secretKey: '${KEY}', timeoutMs: 500 }, latePayments: refund, outsideRefunds: revoke, disputes: keep }", { KEY: 'hunter2' });
    expect(baseUrl).toBe(pathToFileURL(file).href);
    expect([...processors.keys()]).toEqual(['free', 'invoice', 'card']);
    expect(processors.get('card')).toEqual({
      processor: 'stripe',
      options: { secretKey: 'hunter2', timeoutMs: 500 },
      writtenOptions: { secretKey: '${KEY}', timeoutMs: 500 },
      latePayments: 'refund',
      outsideRefunds: 'revoke',
      disputes: 'keep',
    });
  });

  it('may give the two their options and rules', async () => {
    const { processors } = await read('invoice: { options: { prefix: PO }, disputes: keep }\nfree: { processor: free }');
    expect(processors.get('invoice')).toMatchObject({ processor: 'invoice', options: { prefix: 'PO' }, disputes: 'keep' });
    expect(processors.get('free')).toMatchObject({ processor: 'free' });
  });
});

describe('a map of payment processors is refused, naming the file', () => {
  it.each([
    ['free that is something else', 'free: { processor: stripe }', 'free.processor: "free" is always the processor free; give the other one another name.'],
    ['an invoice that is something else', "invoice: { processor: './mine.js' }", 'invoice.processor: "invoice" is always'],
    ['free that is a text', 'free: stripe', 'free: '],
    ['an entry without a processor', 'card: { options: {} }', 'card.processor: '],
    ['an entry without anything', 'card:', 'card: '],
    ['a processor without a name', "card: { processor: '' }", 'card.processor: '],
    ['a key that nobody knows', 'card: { processor: stripe, latePayment: refund }', '"latePayment"'],
    ['a rule that nobody knows', 'card: { processor: stripe, latePayments: keep }', 'card.latePayments: '],
    ['an access rule that nobody knows', 'card: { processor: stripe, disputes: refund }', 'card.disputes: '],
    ['a time-out in words', 'card: { processor: stripe, options: { timeoutMs: 7s } }', 'card.options.timeoutMs: '],
    ['options that are a list', 'card: { processor: stripe, options: [] }', 'card.options: '],
    ['a name in upper case', 'Card: { processor: stripe }', 'Card: is no name of a payment processor: use lower case letters, digits and -'],
    ['a name with a dot', 'card.eu: { processor: stripe }', 'is no name of a payment processor'],
    ['a name like __proto__', '__proto__: { processor: stripe }', '"__proto__" is no name'],
    ['an entry that stands twice', 'card: { processor: stripe }\ncard: { processor: paypal }', 'A payment processor (or a key of one) stands twice: keep one entry (line 2'],
    ['a list', '- card', 'the file: '],
    ['a text', 'card', 'the file: '],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00), 'the file: '],
    ['a variable that is not set', "card: { processor: stripe, options: { secretKey: '${MISSING}' } }", 'card.options.secretKey: the variable MISSING is not set: set it'],
    ['everything at once', 'card: {}\nother: { processor: 1 }', /card\.processor[^]*other\.processor/],
  ])('for %s', async (_, text, fact) => {
    const { message } = await refusal(read(text));
    expect(message.startsWith(`${file}: `)).toBe(true);
    if (typeof fact === 'string') expect(message).toContain(fact);
    else expect(message).toMatch(fact);
  });

  it('when somebody has named it and it is not there, saying which variable to change', async () => {
    const { message } = await refusal(readPaymentProcessors(join(folder, 'missing.yaml')));
    expect(message).toBe(`${join(folder, 'missing.yaml')}: cannot be read. Set PAYMENT_PROCESSORS_FILE to a map of payment processors, or leave it out where free and invoice are enough.`);
  });

  it('when the usual one is there and cannot be read', async () => {
    const cwd = await mkdtemp(join(folder, 'unreadable-'));
    process.chdir(cwd);
    await writeFile(join(cwd, 'config'), 'a file where a folder is looked for');
    expect((await refusal(readPaymentProcessors(null))).message).toContain('config/payment-processors.yaml: cannot be read.');
  });

  it('without anything of its text, which may hold a secret', async () => {
    expect(inspect(await refusal(read('card: { processor: stripe, options: { key: "hunter2')), { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect((await refusal(read('card:\n  key: @hunter2'))).message).toMatch(/\(line 2, column \d+\)\.$/);
  });
});
