import { z } from 'zod';
import { type ConfigurationFailure, isConfigurationFailure } from './failures.js';
import { type Schema, parseOrFail } from './parse-or-fail.js';

const Seat = z.strictObject({ courseId: z.string('must be a text'), tags: z.array(z.string('must be a text')).default([]) });

function failureOf(schema: Schema<unknown>, raw: unknown): ConfigurationFailure {
  try {
    parseOrFail(schema, raw, 'details of a seat');
  } catch (thrown) {
    if (isConfigurationFailure(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

describe('parseOrFail', () => {
  it('returns what the schema makes of the value', () => {
    expect(parseOrFail(Seat, { courseId: 'BIO1' }, 'details of a seat')).toEqual({ courseId: 'BIO1', tags: [] });
  });

  it('names every wrong field, in the message and by pointer', () => {
    const failure = failureOf(Seat, { tags: ['ok', 7] });
    expect(failure.message).toBe('Wrong details of a seat: /courseId must be a text; /tags/1 must be a text');
    expect(failure.problems).toEqual([
      { pointer: '/courseId', message: 'must be a text' },
      { pointer: '/tags/1', message: 'must be a text' },
    ]);
  });

  it('points at the whole when no field is to blame', () => {
    expect(failureOf(z.object({}, 'must be an object'), 7).problems).toEqual([{ pointer: '', message: 'must be an object' }]);
  });

  it('escapes names as JSON pointers do', () => {
    const schema = z.record(z.string(), z.string('must be a text'));
    expect(failureOf(schema, { 'a/b~c': 7 }).problems[0]?.pointer).toBe('/a~1b~0c');
  });

  it('reads the paths of schemas that wrap each step', () => {
    const schema: Schema<unknown> = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'no', path: [{ key: 'a' }, { key: 0 }] }, { message: 'nor' }] }) } };
    expect(failureOf(schema, null).problems).toEqual([
      { pointer: '/a/0', message: 'no' },
      { pointer: '', message: 'nor' },
    ]);
  });

  it('refuses a schema that answers later', () => {
    const schema: Schema<unknown> = { '~standard': { version: 1, vendor: 'test', validate: () => Promise.resolve({ value: 1 }) } };
    expect(() => parseOrFail(schema, 1, 'details of a seat')).toThrow(/asynchronous/);
  });

  it('leaves no rejection of it behind that would end the program, with whatever it says', async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown) => void rejected.push(reason);
    process.on('unhandledRejection', note);
    const schema: Schema<unknown> = { '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('hunter2')) } };
    expect(() => parseOrFail(schema, 1, 'details of a seat')).toThrow(/asynchronous/);
    await new Promise((done) => setImmediate(done));
    process.off('unhandledRejection', note);
    expect(rejected).toEqual([]);
  });
});
