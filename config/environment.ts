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

/** What every program needs that delivers. */
const DeliveryVariables = OpsVariables.extend({
  HOST: z.string().min(1).default('127.0.0.1'),
  REDIS_URL: redisUrl.optional(),
  LMS_URL: httpUrl,
  LMS_API_KEY: z.string().trim().min(1, 'must not be blank'),
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
});

const WorkerVariables = DeliveryVariables.extend({
  WORKER_PORT: port.default(3_001),
  SWEEP_INTERVAL_MS: durationMs(5_000),
  DELIVERY_CONCURRENCY: count(10, 1, 1_000),
  RETRY_MAX_LOST_LEASES: count(3, 1, 100),
});

export interface OpsConfig {
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly productTypesFile: string;
  readonly lmsTimeoutMs: number;
}

/** What delivers, in every program alike. */
export interface DeliveryConfig extends OpsConfig {
  readonly host: string;
  readonly redisUrl: string | null;
  readonly lms: { readonly url: string; readonly apiKey: string; /** Calls a minute of all replicas together. 0: no limit. */ readonly ratePerMinute: number };
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
}

export interface WorkerConfig extends DeliveryConfig {
  /** Where health and metrics are served. */
  readonly port: number;
  readonly sweepIntervalMs: number;
  /** Lines that one process works on at a time. */
  readonly concurrency: number;
  /** After so many holders in a row that never said what came of it, a line is failed. */
  readonly maxLostLeases: number;
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
  };
}

/** Reads what a command needs that works on the database and calls nobody. @throws {EnvironmentError} */
export function loadOpsConfig(env: Environment): OpsConfig {
  return opsConfig(read(OpsVariables, env));
}

function deliveryConfig(variables: z.infer<typeof DeliveryVariables>): DeliveryConfig {
  const wrongRetries = retryProblems(variables);
  if (wrongRetries.length > 0) throw new EnvironmentError(wrongRetries);
  return {
    ...opsConfig(variables),
    host: variables.HOST,
    redisUrl: variables.REDIS_URL ?? null,
    lms: { url: variables.LMS_URL, apiKey: variables.LMS_API_KEY, ratePerMinute: variables.LMS_RATE_PER_MINUTE },
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

function commaList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
