import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import fc from 'fast-check';
import { ProblemError } from '../problems/problem.js';
import { IdempotencyKey, fingerprint } from './idempotency-key.js';

class Route {
  place(this: void, @IdempotencyKey() key: string): string {
    return key;
  }
}

type Factory = (data: unknown, context: ExecutionContextHost) => string;

/** What the decorator makes of a request's headers, asked where Nest would ask it. */
function keyOf(headers: Record<string, unknown>): string {
  const [{ factory } = { factory: missing }] = Object.values(Reflect.getMetadata(ROUTE_ARGS_METADATA, Route, 'place') as Record<string, { factory: Factory }>);
  return factory(undefined, new ExecutionContextHost([{ headers }], Route, Route.prototype.place));
}

function missing(): never {
  throw new Error('The decorator left nothing behind.');
}

function refusal(headers: Record<string, unknown>): ProblemError {
  try {
    keyOf(headers);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was refused.');
}

describe('an Idempotency-Key', () => {
  it.each(['0190f3a0-7b1c-7000-8000-000000000001', 'k', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', "'; drop table idempotency_record; --".replaceAll(' ', '_'), '../../x', '__proto__', 'k'.repeat(255)])('may be %s, and is taken as it is', (key) => {
    expect(keyOf({ 'idempotency-key': key })).toBe(key);
  });

  it('must be there', () => {
    const { code, errors } = refusal({});
    expect(code).toBe('idempotency_key_missing');
    expect(errors).toMatchObject([{ header: 'Idempotency-Key' }]);
  });

  it.each([
    ['empty', ''],
    ['over-long', 'k'.repeat(256)],
    ['with a blank inside', 'a b'],
    ['with a blank before', ' a'],
    ['sent twice, as Node joins it', 'a, b'],
    ['sent twice, as a list', ['a', 'b']],
    ['a list of one', ['a']],
    ['with a line break', 'a\nb'],
    ['with a line break at its end', 'a\n'],
    ['with a NUL', 'a\0'],
    ['with a DEL', 'a\x7f'],
    ['not ASCII', 'clé'],
    ['not ASCII, as a Latin-1 header reads', 'clÃ©'],
    ['in full-width letters', 'ｋｅｙ'],
    ['half a character', '\ud800'],
    ['a number', 7],
    ['null', null],
  ])('may not be %s', (_, key) => {
    const { code, errors } = refusal({ 'idempotency-key': key });
    expect(code).toBe('idempotency_key_invalid');
    expect(errors).toMatchObject([{ header: 'Idempotency-Key' }]);
  });
});

describe('the fingerprint of a body', () => {
  const body = { items: [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 2 }], learner: { username: 'alice', email: 'a@example.com' }, emailOptIn: false };

  it('stays the same in whatever order keys stand, at every depth', () => {
    const shuffled = { emailOptIn: false, learner: { email: 'a@example.com', username: 'alice' }, items: [{ quantity: 1, sku: 'A' }, { quantity: 2, sku: 'B' }] };
    expect(fingerprint(shuffled)).toBe(fingerprint(body));
  });

  it('does not count what is left out by name', () => {
    expect(fingerprint({ ...body, payment: undefined })).toBe(fingerprint(body));
    expect(fingerprint({ ...body, payment: null })).not.toBe(fingerprint(body));
  });

  it('holds nothing of the body in clear and has one length', () => {
    expect(fingerprint(body)).toMatch(/^[\w-]{43}$/);
    expect(fingerprint({})).toMatch(/^[\w-]{43}$/);
  });

  it.each<[string, unknown, unknown]>([
    ['a text and the number it spells', { a: '1' }, { a: 1 }],
    ['null and its name', { a: null }, { a: 'null' }],
    ['nothing and no text', {}, { a: '' }],
    ['two lists in another order', [1, 2], [2, 1]],
    ['a list and the list of it', [1], [[1]]],
    ['a list and an object', { a: ['b'] }, { a: { 0: 'b' } }],
    ['a key and its value in one', { a: 'b', c: 'd' }, { 'a":"b","c': 'd' }],
    ['one key and two', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['composed and decomposed letters', 'é', 'e\u0301'],
    ['two halves of characters', '\ud800', '\udc00'],
    ['half a character and its replacement', '\ud800', '\ufffd'],
    ['a NUL and none', 'a\0', 'a'],
    ['a key that is the prototype and none', JSON.parse('{"__proto__":1}'), {}],
    ['numbers that differ in the last digit', 9_007_199_254_740_991, 9_007_199_254_740_990],
  ])('tells %s apart', (_, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('is the same for two JSON texts exactly when they say the same', () => {
    const small = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(small, small, (one, other) => {
        expect(fingerprint(one) === fingerprint(other)).toBe(sortedText(one) === sortedText(other));
        expect(fingerprint(reversed(one))).toBe(fingerprint(one));
      }),
    );
  });
});

/** Another way to one text for one meaning: JSON's own replacer lists the keys that may stand, in the order given. */
function sortedText(value: unknown): string {
  const keys = new Set<string>();
  JSON.stringify(value, (key, member: unknown) => (keys.add(key), member));
  return JSON.stringify(value, [...keys].sort());
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, reversed(member)]));
}
