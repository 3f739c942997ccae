import type { ArgumentMetadata } from '@nestjs/common';
import { z } from 'zod';
import { ProblemError } from './problem.js';
import { ValidationPipe } from './validation.pipe.js';

const Body = z.strictObject({ 'a/b~c': z.array(z.strictObject({ n: z.number() })), name: z.string().trim().default('nobody') });
const Query = z.strictObject({ limit: z.coerce.number().max(100).default(20) });
const pipe = new ValidationPipe();

async function refusal(value: unknown, metadata: ArgumentMetadata): Promise<ProblemError> {
  const thrown: unknown = await pipe.transform(value, metadata).then(
    () => new Error('Nothing was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return thrown;
  throw thrown;
}

const body: ArgumentMetadata = { type: 'body', schema: Body };
const query: ArgumentMetadata = { type: 'query', schema: Query };

describe('what passes', () => {
  it('is what its schema makes of it', async () => {
    expect(await pipe.transform({ 'a/b~c': [], name: ' alice ' }, body)).toEqual({ 'a/b~c': [], name: 'alice' });
    expect(await pipe.transform({ limit: '5' }, query)).toEqual({ limit: 5 });
    expect(await pipe.transform({}, query)).toEqual({ limit: 20 });
  });

  it('without a schema passes as it is', async () => {
    const value = { anything: [1] };
    expect(await pipe.transform(value, { type: 'body' })).toBe(value);
  });
});

describe('what is wrong', () => {
  it('is a problem with every wrong field, by JSON pointers into the body', async () => {
    const { code, errors } = await refusal({ 'a/b~c': [{ n: 1 }, { n: '2' }, {}], name: null }, body);
    expect(code).toBe('invalid_request');
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/a~1b~0c/1/n', '/a~1b~0c/2/n', '/name']);
    expect(errors.every(({ detail, parameter }) => detail !== '' && parameter === undefined)).toBe(true);
  });

  it('in the query is named by its parameter', async () => {
    const { code, errors } = await refusal({ limit: '101' }, query);
    expect({ code, errors }).toMatchObject({ code: 'invalid_request', errors: [{ parameter: 'limit' }] });
    expect(errors[0]).not.toHaveProperty('pointer');
  });

  it.each([null, undefined, 7, 'text', [], true])('as a whole is named by the pointer to the whole: %j', async (value) => {
    expect((await refusal(value, body)).errors).toMatchObject([{ pointer: '' }]);
  });

  it('is named by key when nobody knows it', async () => {
    expect((await refusal({ 'a/b~c': [], total: 0 }, body)).errors[0]?.detail).toMatch(/"total"/);
  });

  it('is never answered with its value', async () => {
    const refused = await refusal({ 'a/b~c': [{ n: 'hunter2' }], name: { secret: 'hunter2' } }, body);
    expect(JSON.stringify({ ...refused, message: refused.message })).not.toMatch(/hunter2/);
  });

  it('does not reach the prototype of anything', async () => {
    const value: unknown = JSON.parse('{"a/b~c":[],"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    await pipe.transform(value, body).catch(() => undefined);
    expect({}).not.toHaveProperty('polluted');
  });

  it('in the path is named by its parameter', async () => {
    const refused = await refusal('x'.repeat(41), { type: 'param', data: 'number', schema: z.string().max(40) });
    expect(refused.errors).toMatchObject([{ parameter: 'number' }]);
  });

  it('in the query is named by its parameter also when nobody knows it', async () => {
    expect((await refusal({ state: 'open' }, query)).errors).toMatchObject([{ parameter: 'state' }]);
  });

  it.each(['{"a/b~c":[],"__proto__":{}}', '{"a/b~c":[],"constructor":{}}', '{"a/b~c":[{"n":1,"prototype":7}]}'])('is a key that nobody knows, whatever its name: %s', async (json) => {
    expect((await refusal(JSON.parse(json), body)).code).toBe('invalid_request');
  });
});
