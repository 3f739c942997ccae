import { readSettings } from './settings.js';

const SECRETS = { LMS_API_KEY: 'an-api-key', JWT_SECRET: 'a-jwt-secret' };

describe('readSettings', () => {
  it('needs no variable at all', () => {
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      port: 3_000,
      publicUrl: null,
      workerPort: 3_001,
      sandboxPort: 18_000,
      sandboxControlPort: 18_001,
      gateway: { port: 18_010, controlPort: 18_011 },
      dataFolder: null,
      databaseUrl: null,
      redisUrl: null,
      lmsUrl: null,
      lmsApiKey: null,
      jwtSecret: null,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3_000, databaseUrl: null });
  });

  it('names every wrong variable at once and prints no value', () => {
    const read = (): unknown => readSettings({ PORT: 'secret-port', LMS_SANDBOX_PORT: '70000' });
    expect(read).toThrow(/PORT: [^]*LMS_SANDBOX_PORT: /);
    expect(read).not.toThrow(/secret-port|70000/);
  });

  it.each([
    ['a database of the user without a token secret', { DATABASE_URL: 'postgresql://db/x', LMS_API_KEY: 'an-api-key' }, /JWT_SECRET is missing/],
    ['a database of the user without an LMS key', { DATABASE_URL: 'postgresql://db/x', JWT_SECRET: 'a-jwt-secret' }, /LMS_API_KEY is missing.*DATABASE_URL/],
    ['an LMS of the user without its key', { LMS_URL: 'https://lms.example.com' }, /LMS_API_KEY is missing.*LMS_URL/],
    ['one port for two programs', { PORT: '18000' }, /must differ/],
    ['one port for a program and the sandbox gateway', { PORT: '18010' }, /GATEWAY_SANDBOX_PORT and GATEWAY_SANDBOX_CONTROL_PORT must differ/],
  ])('refuses %s', (_, env, message) => {
    expect(() => readSettings(env)).toThrow(message);
  });

  it.each([{ PAYMENT_PROCESSORS_FILE: 'mine.yaml' }, { DATABASE_URL: 'postgresql://db/x', ...SECRETS }, { LMS_URL: 'https://lms.example.com', ...SECRETS }])('has no gateway of made-up money beside what is real: %j', (env) => {
    expect(readSettings({ ...env, PORT: '18010' }).gateway).toBeNull();
  });

  it('takes real servers with their secrets, and free ports for everything', () => {
    const env = { ...SECRETS, DATABASE_URL: 'postgresql://db/x', PORT: '0', LMS_SANDBOX_PORT: '0', LMS_SANDBOX_CONTROL_PORT: '0' };
    expect(readSettings(env)).toMatchObject({ databaseUrl: 'postgresql://db/x', jwtSecret: 'a-jwt-secret', port: 0, sandboxPort: 0 });
  });
});
