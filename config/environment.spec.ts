import { Variables } from './variable-references.js';
import { EnvironmentError, loadConfig, loadLmsOpsConfig, loadOpsConfig, loadPaymentProcessorsConfig, loadWorkerConfig, type Environment } from './environment.js';

const REQUIRED: Environment = {
  DATABASE_URL: 'postgresql://app:pass@db.example.com/orders',
  LMS_URL: 'https://lms.example.com',
  LMS_API_KEY: 'an-api-key',
  JWT_SECRET: 'a-secret-of-16ch',
};

/** The names of the variables that are found wrong. */
function wrong(env: Environment, load: (env: Environment) => unknown = loadConfig): string[] {
  try {
    load(env);
  } catch (thrown) {
    if (thrown instanceof EnvironmentError) return [...new Set(thrown.problems.map((problem) => problem.split(/[ :]/)[0] ?? ''))];
    throw thrown;
  }
  return [];
}

describe('the environment', () => {
  it('needs four variables, and has the documented defaults for the others', () => {
    expect(loadConfig(REQUIRED)).toEqual({
      database: { url: REQUIRED['DATABASE_URL'], poolSize: 20 },
      productTypesFile: 'config/product-types.yaml',
      paymentProcessorsFile: null,
      variables: expect.any(Variables),
      lmsTimeoutMs: 7_000,
      gatewayTimeoutMs: 15_000,
      port: 3_000,
      metricsPort: null,
      breaker: { failures: 5, openMs: 30_000 },
      retry: { baseMs: 5_000, maxDelayMs: 900_000, maxAgeMs: 86_400_000 },
      host: '127.0.0.1',
      redisUrl: null,
      lms: { url: 'https://lms.example.com', apiKey: 'an-api-key', oauth: null, ratePerMinute: 0 },
      jwtSecret: 'a-secret-of-16ch',
      checkoutDeadlineMs: 10_000,
      fulfillmentLeaseMs: 90_000,
      pendingOrderTtlMs: 3_600_000,
      refundsFile: null,
      paymentEventBodyDays: 90,
      reconcileRepair: false,
      trustedProxies: [],
      links: { publicUrl: 'http://127.0.0.1:3000', checkoutPageUrl: null, receiptPageUrl: null, legacyCheckoutUrl: null, siteOrigins: [] },
      logLevel: 'info',
    });
  });

  it('asks the worker for no secret of learners, and has defaults for its own', () => {
    const withoutSecret = { ...REQUIRED, JWT_SECRET: undefined };
    expect(loadWorkerConfig(withoutSecret)).toMatchObject({ port: 3_001, sweepIntervalMs: 5_000, concurrency: 10, maxLostLeases: 3, publishToLms: true });
    expect(loadWorkerConfig({ ...withoutSecret, PUBLISH_TO_LMS: 'false' }).publishToLms).toBe(false);
  });

  it('takes the addresses that links are made of as they are, and splits the origins of sites at commas', () => {
    const links = { PUBLIC_URL: 'https://buy.example.com/store/', CHECKOUT_PAGE_URL: 'https://pay.example.com/checkout?a=b', RECEIPT_PAGE_URL: 'https://pay.example.com/{orderNumber}', LEGACY_CHECKOUT_URL: 'http://old.example.com/basket/add/', SITE_ORIGINS: ' https://www.example.com ,,http://localhost:8080, ' };
    expect(loadConfig({ ...REQUIRED, ...links }).links).toEqual({
      publicUrl: 'https://buy.example.com/store/',
      checkoutPageUrl: 'https://pay.example.com/checkout?a=b',
      receiptPageUrl: 'https://pay.example.com/{orderNumber}',
      legacyCheckoutUrl: 'http://old.example.com/basket/add/',
      siteOrigins: ['https://www.example.com', 'http://localhost:8080'],
    });
    expect(loadConfig({ ...REQUIRED, HOST: '::1', PORT: '8080' }).links.publicUrl).toBe('http://[::1]:8080');
  });

  it('knows an OAuth application of the LMS where both halves of its credentials are given', () => {
    const both = { LMS_OAUTH_CLIENT_ID: 'client', LMS_OAUTH_CLIENT_SECRET: 'secret' };
    expect(loadConfig({ ...REQUIRED, ...both }).lms.oauth).toEqual({ clientId: 'client', clientSecret: 'secret' });
    expect(loadLmsOpsConfig({ ...REQUIRED, ...both, PORT: 'not read' }).lms).toEqual({ url: 'https://lms.example.com', apiKey: 'an-api-key', oauth: { clientId: 'client', clientSecret: 'secret' } });
    for (const missing of ['LMS_OAUTH_CLIENT_ID', 'LMS_OAUTH_CLIENT_SECRET']) expect(wrong({ ...REQUIRED, ...both, [missing]: '' })).toEqual([missing]);
  });

  it('knows no limit for the LMS and no breaker where they are switched off', () => {
    expect(loadConfig({ ...REQUIRED, LMS_RATE_PER_MINUTE: '0', BREAKER_FAILURES: '0' })).toMatchObject({ lms: { ratePerMinute: 0 }, breaker: { failures: 0 } });
  });

  it('needs the database alone for commands', () => {
    expect(loadOpsConfig({ DATABASE_URL: 'postgres://db/orders', PORT: 'not read', LMS_TIMEOUT_MS: '500' })).toEqual({
      database: { url: 'postgres://db/orders', poolSize: 20 },
      productTypesFile: 'config/product-types.yaml',
      paymentProcessorsFile: null,
      variables: expect.any(Variables),
      lmsTimeoutMs: 500,
      gatewayTimeoutMs: 15_000,
    });
    expect(wrong({}, loadOpsConfig)).toEqual(['DATABASE_URL']);
  });

  it('needs nothing to judge the map of payment processors', () => {
    expect(loadPaymentProcessorsConfig({})).toEqual({ paymentProcessorsFile: null, variables: expect.any(Variables), gatewayTimeoutMs: 15_000, fulfillmentLeaseMs: 90_000 });
    expect(loadPaymentProcessorsConfig({ PAYMENT_PROCESSORS_FILE: 'p.yaml', GATEWAY_TIMEOUT_MS: '500', PORT: 'not read' })).toMatchObject({ paymentProcessorsFile: 'p.yaml', gatewayTimeoutMs: 500 });
  });

  it('lets an order wait for its payment between a minute and thirty days', () => {
    const ttl = (value: string) => ({ ...REQUIRED, PENDING_ORDER_TTL_MS: value });
    expect(['60000', '2592000000'].map((value) => loadConfig(ttl(value)).pendingOrderTtlMs)).toEqual([60_000, 2_592_000_000]);
    for (const value of ['59999', '2592000001']) expect(wrong(ttl(value))).toEqual(['PENDING_ORDER_TTL_MS']);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadConfig({ ...REQUIRED, PORT: '', REDIS_URL: '', TRUSTED_PROXIES: '', LOG_LEVEL: '' })).toEqual(loadConfig(REQUIRED));
    expect(wrong({ ...REQUIRED, JWT_SECRET: '', LMS_API_KEY: undefined })).toEqual(['LMS_API_KEY', 'JWT_SECRET']);
  });

  it('splits the trusted proxies at commas', () => {
    expect(loadConfig({ ...REQUIRED, TRUSTED_PROXIES: ' 10.0.0.0/8 ,,::1, ' }).trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });
});

describe('a wrong environment', () => {
  const RUBBISH = 'hunter2-\u00fc\n';
  const CHECKED = ['DATABASE_URL', 'DATABASE_POOL_SIZE', 'LMS_TIMEOUT_MS', 'GATEWAY_TIMEOUT_MS', 'LMS_URL', 'REDIS_URL', 'LMS_RATE_PER_MINUTE', 'CHECKOUT_DEADLINE_MS', 'FULFILLMENT_LEASE_MS', 'PENDING_ORDER_TTL_MS', 'PAYMENT_EVENT_BODY_DAYS', 'BREAKER_FAILURES', 'BREAKER_OPEN_MS', 'RETRY_BASE_MS', 'RETRY_MAX_DELAY_MS', 'RETRY_MAX_AGE_MS', 'LOG_LEVEL', 'PORT', 'METRICS_PORT', 'JWT_SECRET', 'PUBLIC_URL', 'CHECKOUT_PAGE_URL', 'RECEIPT_PAGE_URL', 'LEGACY_CHECKOUT_URL', 'SITE_ORIGINS'];
  const WORKERS = ['WORKER_PORT', 'SWEEP_INTERVAL_MS', 'DELIVERY_CONCURRENCY', 'RETRY_MAX_LOST_LEASES', 'PUBLISH_TO_LMS'];

  it('is described by every wrong variable at once, without one value', () => {
    const env = { ...REQUIRED, ...Object.fromEntries(CHECKED.map((name) => [name, RUBBISH])) };
    expect(wrong(env)).toEqual(CHECKED);
    expect(() => loadConfig(env)).not.toThrow(/hunter2/);
    expect(wrong({ ...REQUIRED, ...Object.fromEntries(WORKERS.map((name) => [name, RUBBISH])) }, loadWorkerConfig)).toEqual(WORKERS);
  });

  it('names what is missing as missing, beside what is wrong', () => {
    expect(() => loadConfig({ PORT: '-1' })).toThrow(/change these variables:\n {2}DATABASE_URL is missing\n {2}LMS_URL is missing\n {2}LMS_API_KEY is missing\n {2}PORT: .*\n {2}JWT_SECRET is missing$/);
  });

  it.each([
    [{ RETRY_BASE_MS: '1000', RETRY_MAX_DELAY_MS: '999' }, /RETRY_BASE_MS is longer than RETRY_MAX_DELAY_MS/],
    [{ RETRY_MAX_DELAY_MS: '60000', RETRY_MAX_AGE_MS: '59999' }, /RETRY_MAX_DELAY_MS is longer than RETRY_MAX_AGE_MS/],
    [{ DELIVERY_CONCURRENCY: '0' }, /DELIVERY_CONCURRENCY/],
    [{ SWEEP_INTERVAL_MS: '* * * * *' }, /SWEEP_INTERVAL_MS: must be a whole number/],
  ])('refuses waits and numbers that could not work: %j', (env, sentence) => {
    expect(() => loadWorkerConfig({ ...REQUIRED, ...env })).toThrow(sentence);
  });

  it.each(['LEGACY_CHECKOUT_URL', 'CHECKOUT_PAGE_URL'])('refuses as %s the address on which our own links land, by which learners would go round for ever', (name) => {
    const links = { ...REQUIRED, PUBLIC_URL: 'https://buy.example.com/store/' };
    for (const round of ['https://buy.example.com/store/basket/add', 'https://BUY.example.com:443/store/basket/add/?from=links#top']) {
      expect(() => loadConfig({ ...links, [name]: round })).toThrow(new RegExp(`${name} is .* /basket/add/`));
    }
    for (const other of ['http://buy.example.com/store/basket/add/', 'https://buy.example.com/basket/add/', 'https://buy.example.com/store/basket/add/more', 'https://old.example.com/store/basket/add/']) {
      expect(wrong({ ...links, [name]: other })).toEqual([]);
    }
    expect(wrong({ ...REQUIRED, PORT: '8080', [name]: 'http://127.0.0.1:8080/basket/add' })).toEqual([name]);
    expect(wrong({ ...REQUIRED, HOST: 'fe80::1%eth0' })).toEqual([]);
  });

  it('says how long a secret must be, and not what it is', () => {
    const load = () => loadConfig({ ...REQUIRED, JWT_SECRET: 'only-15-letters' });
    expect(load).toThrow(/JWT_SECRET: must be at least 16 characters long/);
    expect(load).not.toThrow(/only-15/);
  });

  it.each([
    ['PORT', ['-1', '65536', '80.5', '3000abc', 'Infinity', 'NaN', '1e999', '３０００']],
    ['DATABASE_POOL_SIZE', ['0', '501', 'true']],
    ['LMS_TIMEOUT_MS', ['0', '-7000', '7s', '86400001']],
    ['CHECKOUT_DEADLINE_MS', ['0', '1.5', '10_000']],
    ['FULFILLMENT_LEASE_MS', ['0', '9007199254740993', '90 000']],
    ['DATABASE_URL', ['mysql://db/orders', 'db/orders', '//db', 'javascript:alert(1)']],
    ['REDIS_URL', ['http://redis', 'redis', 'redis//x']],
    ['LMS_URL', ['ftp://lms', 'file:///etc/passwd', 'lms.example.com', 'javascript:alert(1)']],
    ['LOG_LEVEL', ['INFO', 'all', '__proto__', 'constructor']],
    ['TRUSTED_PROXIES', ['true', 'proxy.example.com', '10.0.0.0/33', '::1/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.1, 10.0.0', '0x0a.0.0.1']],
    ['PUBLIC_URL', ['buy.example.com', '//buy.example.com', 'javascript:alert(1)', 'file:///etc/passwd']],
    ['CHECKOUT_PAGE_URL', ['/checkout', 'javascript:alert(1)']],
    ['RECEIPT_PAGE_URL', ['https://pay.example.com/receipt', 'https://pay.example.com/{order_number}', 'javascript:{orderNumber}']],
    ['LEGACY_CHECKOUT_URL', ['/basket/add/', 'ecommerce.example.com']],
    ['SITE_ORIGINS', ['*', 'www.example.com', 'https://www.example.com/', 'https://www.example.com/path', 'https://WWW.example.com', 'https://www.example.com:443', 'https://user@www.example.com', 'null', 'javascript:alert(1)', 'https://a.example, b']],
    ['LMS_OAUTH_CLIENT_ID', [' ']],
  ])('has %s as one of %j', (name, values) => {
    expect(values.filter((value) => wrong({ ...REQUIRED, [name]: value }).join() !== name)).toEqual([]);
  });

  it.each([
    ['PORT', '0'],
    ['PORT', '65535'],
    ['LMS_TIMEOUT_MS', '86400000'],
    ['DATABASE_URL', 'postgres://db/orders'],
    ['REDIS_URL', 'rediss://:pass@redis:6380/1'],
    ['LMS_URL', 'http://localhost:18000/prefix/'],
    ['LOG_LEVEL', 'silent'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, 192.0.2.7, ::1, fc00::/7'],
  ])('has not %s=%s', (name, value) => {
    expect(wrong({ ...REQUIRED, [name]: value })).toEqual([]);
  });

  it.each([
    ['PORT', ' '],
    ['PORT', '0x50'],
    ['JWT_SECRET', ' '.repeat(16)],
    ['LMS_API_KEY', ' '],
    ['DATABASE_URL', 'postgres://db'],
  ])('has %s=%j', (name, value) => {
    expect(wrong({ ...REQUIRED, [name]: value })).toEqual([name]);
  });
});
