import { environmentCheck } from './environment.check.js';
import { redactor } from './secrets.js';
import { doctorSettings } from './settings.js';

const WHOLE = { DATABASE_URL: 'postgres://of:pa%20ss%2Fword@db:5432/of', LMS_URL: 'https://lms.example.com', LMS_API_KEY: 'the-key-of-the-lms', JWT_SECRET: 'a-secret-that-is-long-enough', REDIS_URL: 'redis://:hidden-redis@cache:6379' };

describe('the check of the environment', () => {
  it('is content with what API and worker need', async () => {
    expect(await environmentCheck(WHOLE)).toMatchObject({ verdict: 'ok' });
  });

  it('names all that is missing or wrong for either of them, each once, and no value', async () => {
    const found = await environmentCheck({ ...WHOLE, LMS_URL: undefined, JWT_SECRET: 'tooshort', SWEEP_INTERVAL_MS: 'often', LMS_TIMEOUT_MS: 'never' });
    expect(found).toMatchObject({ verdict: 'fail', fact: expect.stringMatching(/LMS_URL is missing.*JWT_SECRET: must be at least 16 characters long.*SWEEP_INTERVAL_MS: /) });
    expect(found.fact.match(/LMS_TIMEOUT_MS/g)).toHaveLength(1);
    expect(found.fact).not.toMatch(/tooshort|often|never/);
  });
});

describe("the doctor's settings", () => {
  it('are those of the environment', () => {
    const { databaseUrl, lmsUrl, lmsApiKey, config } = doctorSettings({ ...WHOLE, SWEEP_INTERVAL_MS: '700', REFUNDS_FILE: 'rules.yaml' }, 1_000);
    expect([databaseUrl, lmsUrl, lmsApiKey, config.redisUrl, config.sweepIntervalMs, config.refundsFile]).toEqual([WHOLE.DATABASE_URL, WHOLE.LMS_URL, WHOLE.LMS_API_KEY, WHOLE.REDIS_URL, 700, 'rules.yaml']);
  });

  it('leave out what is missing or wrong, and go by defaults there', () => {
    const { databaseUrl, lmsUrl, lmsApiKey, config } = doctorSettings({ DATABASE_URL: 'mysql://db/of', LMS_API_KEY: '  ', REDIS_URL: 'nonsense', SWEEP_INTERVAL_MS: '0', RETRY_BASE_MS: '0' }, 1_000);
    expect([databaseUrl, lmsUrl, lmsApiKey, config.redisUrl, config.sweepIntervalMs]).toEqual([null, null, null, null, 5_000]);
  });
});

describe("the doctor's word on the OAuth application", () => {
  const OAUTH = { LMS_OAUTH_CLIENT_ID: 'our-client', LMS_OAUTH_CLIENT_SECRET: 'the-secret-of-our-client' };

  it('goes by both of its variables, or by none', () => {
    const oauthOf = (env: Record<string, string>) => doctorSettings({ ...WHOLE, ...env }, 1_000).config.lms.oauth;
    expect(oauthOf(OAUTH)).toEqual({ clientId: 'our-client', clientSecret: 'the-secret-of-our-client' });
    expect(oauthOf({ LMS_OAUTH_CLIENT_ID: 'our-client' })).toBeNull();
    expect(oauthOf({ ...OAUTH, LMS_OAUTH_CLIENT_SECRET: ' ' })).toBeNull();
    expect(oauthOf({})).toBeNull();
  });

  it('leaves the other settings alone, and shows no secret', async () => {
    const { databaseUrl, config } = doctorSettings({ ...WHOLE, LMS_OAUTH_CLIENT_ID: 'our-client', PUBLISH_TO_LMS: 'false' }, 1_000);
    expect([databaseUrl, config.publishToLms]).toEqual([WHOLE.DATABASE_URL, false]);
    expect(await environmentCheck({ ...WHOLE, LMS_OAUTH_CLIENT_ID: 'our-client' })).toMatchObject({ verdict: 'fail', fact: expect.stringContaining('LMS_OAUTH_CLIENT_SECRET is missing: the two go together') });
    expect(redactor(OAUTH)('our-client, the-secret-of-our-client')).toBe('our-client, \u2026');
  });
});

describe('secrets', () => {
  it('are taken out of whatever is printed, also as they stand in a URL', () => {
    const redact = redactor(WHOLE);
    const words = 'key the-key-of-the-lms, secret a-secret-that-is-long-enough, password pa ss/word as pa%20ss%2Fword and hidden-redis';
    expect(redact(words)).toBe('key \u2026, secret \u2026, password \u2026 as \u2026 and \u2026');
    expect(redact('lms.example.com')).toBe('lms.example.com');
  });

  it('need not be there', () => {
    expect(redactor({ DATABASE_URL: 'no url' })('as it was')).toBe('as it was');
  });
});
