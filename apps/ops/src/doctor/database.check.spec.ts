import { databaseCheck, databaseClockCheck } from './database.check.js';
import { migrationsCheck } from './migrations.check.js';

const facts = (versionNumber: number, aheadMs = 0) => () => Promise.resolve({ versionNumber, aheadMs });
const refused = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }));

describe('the check of the database', () => {
  it.each([
    [150_000, 'ok', 'PostgreSQL 15.0 answers.'],
    [170_010, 'ok', 'PostgreSQL 17.10 answers.'],
    [149_999, 'fail', 'PostgreSQL 14.9999 answers, and is too old.'],
  ])('judges version %i: %s', async (version, verdict, fact) => {
    expect(await databaseCheck(facts(version))).toMatchObject({ verdict, fact });
  });

  it('fails when it cannot be reached, or does not let us in', async () => {
    expect(await databaseCheck(refused)).toMatchObject({ verdict: 'fail', fact: 'connect ECONNREFUSED 127.0.0.1:5432.' });
    const denied = () => Promise.reject(Object.assign(new Error('password authentication failed for user "of"'), { code: '28P01' }));
    expect(await databaseCheck(denied)).toMatchObject({ verdict: 'fail', fact: 'password authentication failed for user "of".' });
  });
});

describe('the check of its clock', () => {
  it.each([
    [5_000, 'ok'],
    [-5_000, 'ok'],
    [5_001, 'warn'],
    [-3_600_000, 'warn'],
  ])('judges %i ms: %s', async (aheadMs, verdict) => {
    expect(await databaseClockCheck(facts(170_000, aheadMs))).toMatchObject({ verdict });
  });

  it('says which of the two is ahead, and leaves a database that is away to its own check', async () => {
    expect((await databaseClockCheck(facts(170_000, 3_600_000))).fact).toBe('The database is 60 min ahead of this machine.');
    expect((await databaseClockCheck(facts(170_000, -7_000))).fact).toBe('The database is 7 s behind this machine.');
    expect(await databaseClockCheck(refused)).toMatchObject({ verdict: 'skipped' });
  });
});

describe('the check of the migrations', () => {
  it.each([
    [['M1', 'M2'], ['M1', 'M2'], 'ok', 'The database is up to date.'],
    [['M1', 'M2'], [], 'fail', 'The database lacks 2 migrations: M1, M2.'],
    [['M1', 'M2'], ['M1', 'M3'], 'fail', 'The database lacks 1 migration: M2.'],
    [['M1'], ['M1', 'M2'], 'warn', 'The database is newer than this program, by 1 migration: M2.'],
  ])('judges %j where %j are done: %s', async (known, done, verdict, fact) => {
    expect(await migrationsCheck(() => Promise.resolve({ known, done }))).toMatchObject({ verdict, fact });
  });
});
