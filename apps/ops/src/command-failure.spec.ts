import { CommandError, describeFailure } from './command-failure.js';

describe('a command that fails', () => {
  it('says the fact, where there is one to tell', () => {
    expect(describeFailure(new CommandError('x.csv is a directory: name a CSV file.'))).toBe('x.csv is a directory: name a CSV file.');
    expect(describeFailure(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }))).toBe('The database cannot be reached: connect ECONNREFUSED 127.0.0.1:5432. Start it, or set DATABASE_URL to another one.');
  });

  it('names every address that refused', () => {
    const refused = ['::1', '127.0.0.1'].map((address) => Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' }));
    expect(describeFailure(Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' }))).toMatch(/ECONNREFUSED ::1\. Start it.*\n.*ECONNREFUSED 127\.0\.0\.1\. Start it/);
  });

  it.each([
    ['42P01', 'relation "product" does not exist'],
    ['42703', 'column "tries" does not exist'],
  ])('says what to do about a database that lacks something (%s)', (code, words) => {
    expect(describeFailure(Object.assign(new Error(words), { code }))).toBe(`${words}: bring the database up to date with the migrations first.`);
  });

  it('shows where a bug is', () => {
    expect(describeFailure(new TypeError('x is not a function'))).toContain('command-failure.spec');
  });
});
