import { isIP } from 'node:net';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 16;

/** Digits only: what JavaScript would also read as a number (blanks, 0x50, 1e3) is more likely a mistake. */
const wholeNumber = z.string().regex(/^\d{1,15}$/, 'must be a whole number').transform(Number);
const port = wholeNumber.pipe(z.int().min(0).max(65_535));
const DAY_MS = 24 * 60 * 60 * 1000;
const durationMs = (byDefault: number, longestMs = DAY_MS) => wholeNumber.pipe(z.int().min(1).max(longestMs)).default(byDefault);
const count = (byDefault: number, least: number, most: number) => wholeNumber.pipe(z.int().min(least).max(most)).default(byDefault);
const httpUrl = z.url({ protocol: /^https?$/ });
/** What a driver would decode, and stumble over. */
const decodes = (url: string) => {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  try {
    return [username, password].every((part) => decodeURIComponent(part) !== undefined);
  } catch {
    return false;
  }
};
const CODED = 'has a % in its user or password that stands for nothing: write it as %25';
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ }).refine(decodes, CODED).refine((url) => /^\/[^/]/.test(URL.parse(url)?.pathname ?? ''), 'must end in the name of a database');
const redisUrl = z
  .url({ protocol: /^rediss?$/ })
  .refine(decodes, CODED)
  .refine((url) => /^(\/\d{0,5})?$/.test(URL.parse(url)?.pathname ?? ''), 'must end in the number of a database, or in nothing');
const secret = z.string().trim().min(MIN_SECRET_LENGTH, `must be at least ${MIN_SECRET_LENGTH} characters long`);

/** What every program needs that opens the database and the token map. */
export const OpsVariables = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_SIZE: wholeNumber.pipe(z.int().min(1).max(500)).default(20),
  PRODUCT_TYPES_FILE: z.string().min(1).default('config/product-types.yaml'),
  PAYMENT_PROCESSORS_FILE: z.string().min(1).optional(),
  LMS_TIMEOUT_MS: durationMs(7_000),
  GATEWAY_TIMEOUT_MS: durationMs(15_000),
});

/** What every program needs that calls the LMS. */
export const LmsVariables = OpsVariables.extend({
  LMS_URL: httpUrl,
  LMS_API_KEY: z.string().trim().min(1, 'must not be blank'),
  LMS_OAUTH_CLIENT_ID: z.string().trim().min(1, 'must not be blank').optional(),
  LMS_OAUTH_CLIENT_SECRET: z.string().trim().min(1, 'must not be blank').optional(),
});

/** What every program needs that delivers. */
export const DeliveryVariables = LmsVariables.extend({
  HOST: z.string().min(1).default('127.0.0.1'),
  REDIS_URL: redisUrl.optional(),
  LMS_RATE_PER_MINUTE: count(0, 0, 1_000_000),
  CHECKOUT_DEADLINE_MS: durationMs(10_000),
  FULFILLMENT_LEASE_MS: durationMs(90_000),
  PENDING_ORDER_TTL_MS: count(60 * 60 * 1000, 60_000, 30 * DAY_MS),
  REFUNDS_FILE: z.string().min(1).optional(),
  PAYMENT_EVENT_BODY_DAYS: count(90, 0, 3_650),
  RECONCILE_REPAIR: z.enum(['true', 'false'], 'must be true or false').default('false'),
  BREAKER_FAILURES: count(5, 0, 10_000),
  BREAKER_OPEN_MS: durationMs(30_000),
  RETRY_BASE_MS: durationMs(5_000),
  RETRY_MAX_DELAY_MS: durationMs(15 * 60 * 1000),
  RETRY_MAX_AGE_MS: durationMs(DAY_MS, 366 * DAY_MS),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** What the token map is judged by: all have defaults, so that it can be looked at where nothing else is set. */
export const TokenMapVariables = DeliveryVariables.pick({ PRODUCT_TYPES_FILE: true, LMS_TIMEOUT_MS: true, CHECKOUT_DEADLINE_MS: true, FULFILLMENT_LEASE_MS: true, RETRY_BASE_MS: true, RETRY_MAX_DELAY_MS: true, RETRY_MAX_AGE_MS: true });

/** What the map of payment processors is judged by: all have defaults, as those of the token map have. */
export const PaymentProcessorsVariables = DeliveryVariables.pick({ PAYMENT_PROCESSORS_FILE: true, GATEWAY_TIMEOUT_MS: true, FULFILLMENT_LEASE_MS: true });

export const ApiVariables = DeliveryVariables.extend({
  PORT: port.default(3_000),
  METRICS_PORT: port.optional(),
  JWT_SECRET: secret,
  TRUSTED_PROXIES: z.string().default('').transform(commaList).refine((proxies) => proxies.every(isAddressOrBlock), 'must be addresses or CIDR blocks, separated by commas'),
  PUBLIC_URL: httpUrl.optional(),
  CHECKOUT_PAGE_URL: httpUrl.optional(),
  RECEIPT_PAGE_URL: httpUrl.refine((url) => url.includes('{orderNumber}'), 'must contain {orderNumber}').optional(),
  LEGACY_CHECKOUT_URL: httpUrl.optional(),
  SITE_ORIGINS: z.string().default('').transform(commaList).refine((origins) => origins.every(isOrigin), 'must be origins such as https://www.example.com, separated by commas, without a path'),
});

export const WorkerVariables = DeliveryVariables.extend({
  WORKER_PORT: port.default(3_001),
  SWEEP_INTERVAL_MS: durationMs(5_000),
  DELIVERY_CONCURRENCY: count(10, 1, 1_000),
  RETRY_MAX_LOST_LEASES: count(3, 1, 100),
  PUBLISH_TO_LMS: z.enum(['true', 'false'], 'must be true or false').default('true'),
});

function isAddressOrBlock(proxy: string): boolean {
  const [address = '', bits, ...rest] = proxy.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}

function commaList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
