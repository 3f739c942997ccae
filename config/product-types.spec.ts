import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { jest } from '@jest/globals';
import { retryRule, type RetryFacts } from '#scheduler';
import { Variables } from './variable-references.js';
import { ProductTypesError, readProductTypes, type ProductTypesFile } from './product-types.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'product-types-'));
  file = join(folder, 'product-types.yaml');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string | Uint8Array, env: Record<string, string> = {}): Promise<ProductTypesFile> {
  await writeFile(file, text);
  return readProductTypes(file, new Variables(env));
}

async function refusal(text: string | Uint8Array, env: Record<string, string> = {}): Promise<string> {
  const thrown: unknown = await read(text, env).then(
    () => new Error('Nothing was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof ProductTypesError) return thrown.message;
  throw thrown;
}

describe('the token map', () => {
  it('gives what is left out its default', async () => {
    const { productTypes } = await read('seat: { fulfiller: enrollment }');
    expect([...productTypes]).toEqual([['seat', { fulfiller: 'enrollment', options: {}, writtenOptions: {}, maxQuantity: 1, repeatable: false, callbackSecrets: [], retry: {} }]]);
  });

  it('keeps the options of a fulfiller as they are, for the fulfiller to judge', async () => {
    const { productTypes } = await read('mentoring:\n  fulfiller: "@acme/mentoring"\n  options: { timeoutMs: 500, endpoint: "https://x", deep: [{ a: 1 }] }\n  maxQuantity: 1000\n  repeatable: true');
    const options = { timeoutMs: 500, endpoint: 'https://x', deep: [{ a: 1 }] };
    expect(productTypes.get('mentoring')).toEqual({ fulfiller: '@acme/mentoring', options, writtenOptions: options, maxQuantity: 1_000, repeatable: true, callbackSecrets: [], retry: {} });
  });

  it('says where relative paths start: at the file itself', async () => {
    expect((await read('seat: { fulfiller: ./seat.js }')).baseUrl).toBe(pathToFileURL(file).href);
  });

  it('may name a type like a member of every object', async () => {
    const { productTypes } = await read('constructor: { fulfiller: a }\nto-string: { fulfiller: b }');
    expect([...productTypes.keys()]).toEqual(['constructor', 'to-string']);
  });

  it('that comes with the service has the types of the service', async () => {
    const { productTypes } = await readProductTypes(resolve(import.meta.dirname, 'product-types.yaml'));
    expect([...productTypes].map(([type, { fulfiller }]) => [type, fulfiller])).toEqual(expect.arrayContaining([['seat', 'enrollment'], ['donation', 'donation'], ['entitlement', 'entitlement']]));
  });

  it('that comes with the service waits for the unknown learner of an entitlement as for that of a seat', async () => {
    const { productTypes } = await readProductTypes(resolve(import.meta.dirname, 'product-types.yaml'));
    const byProductType = new Map([...productTypes].map(([type, { retry }]) => [type, retry]));
    const next = retryRule({ defaults: { baseMs: 1, maxDelayMs: 2, maxAgeMs: 3 }, byProductType }, () => 0.5);
    const unknownLearner = { kind: 'rejected', passing: true, retryAfterMs: null, previous: null } satisfies Partial<RetryFacts>;
    for (const [tries, ageMs] of [[1, 0], [9, 86_400_000], [99, 29 * 86_400_000], [99, 30 * 86_400_000]] as const) {
      const of = (productType: string, httpStatus: number) => next({ ...unknownLearner, productType, httpStatus, tries, times: tries, ageMs });
      expect(of('entitlement', 400)).toEqual(of('seat', 406));
    }
  });
});

describe('a token map is refused, naming the file', () => {
  it.each([
    ['a type that stands twice', 'seat: { fulfiller: a }\nseat: { fulfiller: b }', /stands twice: one type has one fulfiller.*line 2/s],
    ['a key of a type that stands twice', 'seat: { fulfiller: a, fulfiller: b }', /stands twice/],
    ['keys that nobody knows', 'seat: { fulfiller: a, fulfilers: b, timeoutMs: 5 }', /seat: .*"fulfilers", "timeoutMs"/],
    ['a type without a fulfiller', 'seat: { maxQuantity: 2 }', /seat\.fulfiller/],
    ['a type without anything', 'seat:', /seat/],
    ['a fulfiller without a name', "seat: { fulfiller: '' }", /seat\.fulfiller/],
    ['a fulfiller that is no text', 'seat: { fulfiller: 1 }', /seat\.fulfiller/],
    ['options that are a list', 'seat: { fulfiller: a, options: [] }', /seat\.options/],
    ['a time-out in words', 'seat: { fulfiller: a, options: { timeoutMs: 7s } }', /seat\.options\.timeoutMs/],
    ['no time at all', 'seat: { fulfiller: a, options: { timeoutMs: 0 } }', /seat\.options\.timeoutMs/],
    ['endless time', 'seat: { fulfiller: a, options: { timeoutMs: .inf } }', /seat\.options\.timeoutMs/],
    ['no quantity', 'seat: { fulfiller: a, maxQuantity: 0 }', /seat\.maxQuantity/],
    ['half a quantity', 'seat: { fulfiller: a, maxQuantity: 1.5 }', /seat\.maxQuantity/],
    ['a quantity above 1,000', 'seat: { fulfiller: a, maxQuantity: 1001 }', /seat\.maxQuantity/],
    ['a retry for what is no failure', 'seat: { fulfiller: a, retry: { broken: {} } }', /seat\.retry\.broken: is no failure: use default, a kind/],
    ['a retry for half a status', 'seat: { fulfiller: a, retry: { rejected/40: {} } }', /is no failure/],
    ['a retry key that nobody knows', 'seat: { fulfiller: a, retry: { default: { maxTries: 3 } } }', /"maxTries"/],
    ['a wait in words', 'seat: { fulfiller: a, retry: { server: { baseMs: 5s } } }', /seat\.retry\.server\.baseMs/],
    ['no attempts', 'seat: { fulfiller: a, retry: { server: { maxAttempts: 0 } } }', /maxAttempts/],
    ['four secrets for callbacks', 'seat: { fulfiller: a, callbackSecrets: [a, b, c, d] }', /seat\.callbackSecrets: must be at most 3/],
    ['a secret that is none', 'seat: { fulfiller: a, callbackSecrets: [""] }', /seat\.callbackSecrets\.0/],
    ['a secret outside of a list', 'seat: { fulfiller: a, callbackSecrets: a }', /seat\.callbackSecrets/],
    ['a word for a truth', 'seat: { fulfiller: a, repeatable: yes }', /seat\.repeatable/],
    ['a type in upper case', 'Seat: { fulfiller: a }', /Seat/],
    ['a type that is a path', '../seat: { fulfiller: a }', /\.\.\/seat/],
    ['a type that is too long', `s${'e'.repeat(63)}: { fulfiller: a }`, /see+/],
    ['a list', '- seat', /received array/],
    ['a text', 'seat', /received string/],
    ['two documents', 'seat: { fulfiller: a }\n---\nother: { fulfiller: b }', /one document.*line 2/],
    ['a tag that nobody knows', 'seat: { fulfiller: a }\ngift: { fulfiller: !name b }', /a tag \(!name\) that is not known here.*line 2, column 20/],
    ['a directive that nobody knows', '%NAME x\n---\nseat: { fulfiller: a }', /line 1/],
    ['a key that is no text', 'seat: { fulfiller: a, options: { ? [a] : 1 } }', /a key that is no plain text.*line 1/],
    ['an open bracket', 'seat: { fulfiller: a', /line 1/],
    ['a tab that indents', 'seat:\n\tfulfiller: a', /line 2/],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00), /received string/],
  ])('for %s', async (_, text, fact) => {
    const message = await refusal(text);
    expect(message).toMatch(fact);
    expect(message.startsWith(`${file}: `)).toBe(true);
  });

  it('for everything that is wrong at once', async () => {
    expect(await refusal('seat: {}\ngift: { fulfiller: a, maxQuantity: 0 }')).toMatch(/seat\.fulfiller[^]*gift\.maxQuantity/);
  });

  it.each(['missing.yaml', '.', 'nul\0.yaml'])('when it cannot be read, as %j, naming the variable to change', async (name) => {
    const path = `${folder}/${name}`;
    await expect(readProductTypes(path)).rejects.toThrow(ProductTypesError);
    await expect(readProductTypes(path)).rejects.toThrow(`${path}: cannot be read. Set PRODUCT_TYPES_FILE`);
  });

  it.each([
    ['an alias to nothing', 'seat: *nothing', /an alias \(\*name\) without its anchor.*line 1, column 7/],
    ['aliases that multiply', 'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]', /alias/],
    ['a type called __proto__', '__proto__: { fulfiller: a }', /__proto__/],
    ['a retry for __proto__', 'seat: { fulfiller: a, retry: { __proto__: { baseMs: 1 } } }', /seat\.retry\.__proto__/],
    ['nothing in it', '# no product type', /./],
    ['a type in upper case, saying how types are written', 'Seat: { fulfiller: a }', /lower case/],
  ])('for %s', async (_, text, fact) => {
    expect(await refusal(text)).toMatch(fact);
  });
});

describe('a token map that is no YAML', () => {
  let written: string[];
  beforeEach(() => {
    written = [];
    const keep = (words: unknown) => void written.push(String(words));
    jest.spyOn(process, 'emitWarning').mockImplementation(keep);
    jest.spyOn(console, 'warn').mockImplementation(keep);
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    'seat:\n  options:\n    apiKey: hunter2\n   bad: [',
    'seat:\n  apiKey: hunter2\n  apiKey: hunter2',
    'seat:\n  apiKey: !secret hunter2',
    'seat:\n  apiKey: !hunter2',
    'seat:\n  apiKey: !hunter2!x y',
    'seat:\n  apiKey: !!int hunter2',
    'seat:\n  apiKey: *hunter2',
    'seat:\n  apiKey: |hunter2\n    x',
    'seat:\n  apiKey: @hunter2',
    'seat:\n  apiKey: "hunter2',
    'seat:\n  apiKey: "x" hunter2',
    'seat:\n  apiKey: {hunter2, hunter2}',
    'seat:\n  options: { ? { key: hunter2 } : 1 }',
    '%YAML hunter2\n---\nseat: {}',
  ])('shows where, and nothing of what stands there: %j', async (text) => {
    const thrown: unknown = await read(text).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ProductTypesError);
    expect(String(thrown)).toMatch(/\(line \d+, column \d+\)\.$/);
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect(written).toEqual([]);
  });
});

describe('variables in the token map', () => {
  const env = { KEY: 'hunter2', EMPTY: '', SECRET: 'whsec_1' };

  it('stand for a text that is nothing else, in options and in secrets of callbacks, and what is written stays known', async () => {
    const { productTypes } = await read("seat: { fulfiller: a, options: { apiKey: '${KEY}', deep: [{ key: '${KEY}' }], url: 'https://${KEY}/', n: 1, none: null }, callbackSecrets: ['${SECRET}', whsec_2] }", env);
    expect(productTypes.get('seat')).toMatchObject({
      options: { apiKey: 'hunter2', deep: [{ key: 'hunter2' }], url: 'https://${KEY}/', n: 1, none: null },
      writtenOptions: { apiKey: '${KEY}', deep: [{ key: '${KEY}' }] },
      callbackSecrets: ['whsec_1', 'whsec_2'],
    });
  });

  it('do not stand for a text that is written with two signs', async () => {
    const { productTypes } = await read("seat: { fulfiller: a, options: { a: '$${KEY}', b: '$$${KEY}' } }", env);
    expect(productTypes.get('seat')?.options).toEqual({ a: '${KEY}', b: '$$${KEY}' });
  });

  it.each([
    ['a variable that is not set', "seat: { fulfiller: a, options: { deep: [{ key: '${MISSING}' }] } }", 'seat.options.deep.0.key: the variable MISSING is not set: set it, or write $${MISSING} where that very text is meant'],
    ['a variable that is empty', "seat: { fulfiller: a, options: { key: '${EMPTY}' } }", 'seat.options.key: the variable EMPTY is not set'],
    ['a member of every object', "seat: { fulfiller: a, options: { key: '${constructor}' } }", 'the variable constructor is not set'],
    ['what is no name', "seat: { fulfiller: a, options: { key: '${MY-KEY}' } }", '"MY-KEY" is no name of a variable'],
    ['no name', "seat: { fulfiller: a, callbackSecrets: ['${}'] }", 'seat.callbackSecrets.0: "" is no name of a variable'],
    ['all of them at once', "seat: { fulfiller: a, options: { a: '${A}' } }\ngift: { fulfiller: a, options: { b: '${B}' } }", 'seat.options.a: the variable A is not set: set it, or write $${A} where that very text is meant; gift.options.b:'],
    ['options without an end', 'seat: { fulfiller: a, options: &a { self: *a } }', 'seat.options.self: is nested deeper than 20 levels'],
  ])('stop the boot for %s', async (_, text, sentence) => {
    expect(await refusal(text, env)).toContain(`${file}: `);
    expect(await refusal(text, env)).toContain(sentence);
  });

  it('are shown to nobody who prints the settings', () => {
    expect(JSON.stringify(new Variables(env)) + inspect(new Variables(env), { showHidden: true, depth: 9 })).not.toContain('hunter2');
  });
});
