import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, onDatabase, runChecks } from './check.js';

const coded = (code: string) => Object.assign(new Error(`error ${code}`), { code });

describe('checks', () => {
  it('are all made, whatever one of them finds, throws or waits for', async () => {
    const found = await runChecks(
      [
        { name: 'well', look: () => Promise.resolve(ok('Well.')) },
        { name: 'ill', look: () => Promise.resolve(fail('Ill.', 'Mend it.')) },
        { name: 'broken', look: () => Promise.reject(coded('ENOENT')) },
        { name: 'hanging', look: () => sleep(60_000, ok('Late.'), { ref: false }) },
      ],
      20,
    );
    expect(found.map(({ name, verdict, fact }) => [name, verdict, fact])).toEqual([
      ['well', 'ok', 'Well.'],
      ['ill', 'fail', 'Ill.'],
      ['broken', 'fail', 'error ENOENT'],
      ['hanging', 'fail', 'No answer within 0.02 s.'],
    ]);
  });

  it('show no stack of what they did not expect', async () => {
    const [found] = await runChecks([{ name: 'bug', look: () => Promise.reject(new TypeError('x is not a function')) }], 1_000);
    expect(found?.fact).toBe('TypeError: x is not a function');
  });
});

describe('a check that needs the database', () => {
  it.each([
    ['ECONNREFUSED', 'Not looked at: the database cannot be reached.'],
    ['57P03', 'Not looked at: the database cannot be reached.'],
    ['28P01', 'Not looked at: the database cannot be reached.'],
    ['3D000', 'Not looked at: the database cannot be reached.'],
    ['42P01', 'Not looked at: the database lacks migrations.'],
    ['42703', 'Not looked at: the database lacks migrations.'],
  ])('leaves %s to the check that is about it', async (code, fact) => {
    expect(await onDatabase(() => Promise.reject(coded(code)))()).toMatchObject({ verdict: 'skipped', fact });
  });

  it('fails by anything else', async () => {
    await expect(onDatabase(() => Promise.reject(coded('42501')))()).rejects.toThrow('error 42501');
  });
});
