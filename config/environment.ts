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
const OpsVariables = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_SIZE: wholeNumber.pipe(z.int().min(1).max(500)).default(20),
  PRODUCT_TYPES_FILE: z.string().min(1).default('config/product-types.yaml'),
  LMS_TIMEOUT_MS: durationMs(7_000),
});

/** What every program needs that calls the LMS. */
const LmsVariables = OpsVariables.extend({
  LMS_URL: httpUrl,
  LMS_API_KEY: z.string().trim().min(1, 'must not be blank'),
  LMS_OAUTH_CLIENT_ID: z.string().trim().min(1, 'must not be blank').optional(),
  LMS_OAUTH_CLIENT_SECRET: z.string().trim().min(1, 'must not be blank').optional(),
});

/** What every program needs that delivers. */
const DeliveryVariables = LmsVariables.extend({
  HOST: z.string().min(1).default('127.0.0.1'),
  REDIS_URL: redisUrl.optional(),
  LMS_RATE_PER_MINUTE: count(0, 0, 1_000_000),
  CHECKOUT_DEADLINE_MS: durationMs(10_000),
  FULFILLMENT_LEASE_MS: durationMs(90_000),
  BREAKER_FAILURES: count(5, 0, 10_000),
  BREAKER_OPEN_MS: durationMs(30_000),
  RETRY_BASE_MS: durationMs(5_000),
  RETRY_MAX_DELAY_MS: durationMs(15 * 60 * 1000),
  RETRY_MAX_AGE_MS: durationMs(DAY_MS, 366 * DAY_MS),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

const ApiVariables = DeliveryVariables.extend({
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

const WorkerVariables = DeliveryVariables.extend({
  WORKER_PORT: port.default(3_001),
  SWEEP_INTERVAL_MS: durationMs(5_000),
  DELIVERY_CONCURRENCY: count(10, 1, 1_000),
  RETRY_MAX_LOST_LEASES: count(3, 1, 100),
  PUBLISH_TO_LMS: z.enum(['true', 'false'], 'must be true or false').default('true'),
});

export interface OpsConfig {
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly productTypesFile: string;
  readonly lmsTimeoutMs: number;
}

/** The LMS and our credentials there. */
export interface LmsConfig {
  readonly url: string;
  readonly apiKey: string;
  /** An OAuth application of the LMS whose owner is staff. Null: what needs it says so. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | null;
}

/** For commands that call the LMS. */
export interface LmsOpsConfig extends OpsConfig {
  readonly lms: LmsConfig;
}

/** What delivers, in every program alike. */
export interface DeliveryConfig extends OpsConfig {
  readonly host: string;
  readonly redisUrl: string | null;
  readonly lms: LmsConfig & { /** Calls a minute of all replicas together. 0: no limit. */ readonly ratePerMinute: number };
  readonly checkoutDeadlineMs: number;
  readonly fulfillmentLeaseMs: number;
  /** So many failures in a row open a provider's breaker (0: never), for so long. */
  readonly breaker: { readonly failures: number; readonly openMs: number };
  readonly retry: { readonly baseMs: number; readonly maxDelayMs: number; readonly maxAgeMs: number };
  readonly logLevel: string;
}

export interface AppConfig extends DeliveryConfig {
  readonly port: number;
  /** Where `/metrics` is served; null: nowhere. */
  readonly metricsPort: number | null;
  readonly jwtSecret: string;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-For` is believed. Empty: nobody's. */
  readonly trustedProxies: readonly string[];
  readonly links: LinkConfig;
}

/** Where learners come from and go to. Addresses are without a trailing slash in their origin's sense: as they were given. */
export interface LinkConfig {
  /** Where browsers reach this API. */
  readonly publicUrl: string;
  /** The page that sells; null: there is none yet, and landing addresses say so. */
  readonly checkoutPageUrl: string | null;
  /** Holds `{orderNumber}`. */
  readonly receiptPageUrl: string | null;
  /** Where the old order workflow sells; null: there is none, so every course uses the new one. */
  readonly legacyCheckoutUrl: string | null;
  /** Marketing sites: may read public answers across origins, and be returned to. */
  readonly siteOrigins: readonly string[];
}

export interface WorkerConfig extends DeliveryConfig {
  /** Where health and metrics are served. */
  readonly port: number;
  readonly sweepIntervalMs: number;
  /** Lines that one process works on at a time. */
  readonly concurrency: number;
  /** After so many holders in a row that never said what came of it, a line is failed. */
  readonly maxLostLeases: number;
  /** False: changes of the catalog wait, visibly, and the LMS is told nothing. */
  readonly publishToLms: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment does not fit. Names every wrong variable, and never a value: a value may be a secret. */
export class EnvironmentError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The environment does not fit; change ${problems.length === 1 ? 'this variable' : 'these variables'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'EnvironmentError';
  }
}

/** Reads what the API needs. @throws {EnvironmentError} */
export function loadConfig(env: Environment): AppConfig {
  const variables = read(ApiVariables, env);
  return {
    ...deliveryConfig(variables),
    port: variables.PORT,
    metricsPort: variables.METRICS_PORT ?? null,
    jwtSecret: variables.JWT_SECRET,
    trustedProxies: variables.TRUSTED_PROXIES,
    links: {
      publicUrl: variables.PUBLIC_URL ?? `http://${variables.HOST.includes(':') ? `[${variables.HOST}]` : variables.HOST}:${variables.PORT}`,
      checkoutPageUrl: variables.CHECKOUT_PAGE_URL ?? null,
      receiptPageUrl: variables.RECEIPT_PAGE_URL ?? null,
      legacyCheckoutUrl: variables.LEGACY_CHECKOUT_URL ?? null,
      siteOrigins: variables.SITE_ORIGINS,
    },
  };
}

/** Reads what the worker needs. @throws {EnvironmentError} */
export function loadWorkerConfig(env: Environment): WorkerConfig {
  const variables = read(WorkerVariables, env);
  return {
    ...deliveryConfig(variables),
    port: variables.WORKER_PORT,
    sweepIntervalMs: variables.SWEEP_INTERVAL_MS,
    concurrency: variables.DELIVERY_CONCURRENCY,
    maxLostLeases: variables.RETRY_MAX_LOST_LEASES,
    publishToLms: variables.PUBLISH_TO_LMS === 'true',
  };
}

/** Reads what a command needs that works on the database and calls nobody. @throws {EnvironmentError} */
export function loadOpsConfig(env: Environment): OpsConfig {
  return opsConfig(read(OpsVariables, env));
}

/** Reads what a command needs that calls the LMS as well. @throws {EnvironmentError} */
export function loadLmsOpsConfig(env: Environment): LmsOpsConfig {
  const variables = read(LmsVariables, env);
  return { ...opsConfig(variables), lms: lmsConfig(variables) };
}

function lmsConfig({ LMS_URL: url, LMS_API_KEY: apiKey, LMS_OAUTH_CLIENT_ID: clientId, LMS_OAUTH_CLIENT_SECRET: clientSecret }: z.infer<typeof LmsVariables>): LmsConfig {
  if (clientId === undefined && clientSecret === undefined) return { url, apiKey, oauth: null };
  if (clientId !== undefined && clientSecret !== undefined) return { url, apiKey, oauth: { clientId, clientSecret } };
  throw new EnvironmentError([`${clientId === undefined ? 'LMS_OAUTH_CLIENT_ID' : 'LMS_OAUTH_CLIENT_SECRET'} is missing: the two go together`]);
}

function deliveryConfig(variables: z.infer<typeof DeliveryVariables>): DeliveryConfig {
  const wrongRetries = retryProblems(variables);
  if (wrongRetries.length > 0) throw new EnvironmentError(wrongRetries);
  return {
    ...opsConfig(variables),
    host: variables.HOST,
    redisUrl: variables.REDIS_URL ?? null,
    lms: { ...lmsConfig(variables), ratePerMinute: variables.LMS_RATE_PER_MINUTE },
    checkoutDeadlineMs: variables.CHECKOUT_DEADLINE_MS,
    fulfillmentLeaseMs: variables.FULFILLMENT_LEASE_MS,
    breaker: { failures: variables.BREAKER_FAILURES, openMs: variables.BREAKER_OPEN_MS },
    retry: { baseMs: variables.RETRY_BASE_MS, maxDelayMs: variables.RETRY_MAX_DELAY_MS, maxAgeMs: variables.RETRY_MAX_AGE_MS },
    logLevel: variables.LOG_LEVEL,
  };
}

/** Waits that could never be. */
function retryProblems({ RETRY_BASE_MS, RETRY_MAX_DELAY_MS, RETRY_MAX_AGE_MS }: z.infer<typeof DeliveryVariables>): string[] {
  return [
    ...(RETRY_BASE_MS > RETRY_MAX_DELAY_MS ? ['RETRY_BASE_MS is longer than RETRY_MAX_DELAY_MS: the first wait cannot be longer than the longest'] : []),
    ...(RETRY_MAX_DELAY_MS > RETRY_MAX_AGE_MS ? ['RETRY_MAX_DELAY_MS is longer than RETRY_MAX_AGE_MS: nothing would be tried again in time'] : []),
  ];
}

function opsConfig(variables: z.infer<typeof OpsVariables>): OpsConfig {
  return {
    database: { url: variables.DATABASE_URL, poolSize: variables.DATABASE_POOL_SIZE },
    productTypesFile: variables.PRODUCT_TYPES_FILE,
    lmsTimeoutMs: variables.LMS_TIMEOUT_MS,
  };
}

function read<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const firstOfEach = new Map(result.error.issues.toReversed().map((issue) => [issue.path.join('.'), issue]));
  throw new EnvironmentError([...firstOfEach.values()].toReversed().map((issue) => problem(issue, present)));
}

function problem(issue: z.core.$ZodIssue, env: Environment): string {
  const name = issue.path.join('.');
  return env[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
}

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
