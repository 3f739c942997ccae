import { isIP } from 'node:net';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 16;

/** Digits only: what JavaScript would also read as a number (blanks, 0x50, 1e3) is more likely a mistake. */
const wholeNumber = z.string().regex(/^\d{1,15}$/, 'must be a whole number').transform(Number);
const port = wholeNumber.pipe(z.int().min(0).max(65_535)).default(3_000);
const durationMs = (byDefault: number) => wholeNumber.pipe(z.int().min(1).max(24 * 60 * 60 * 1000)).default(byDefault);
const httpUrl = z.url({ protocol: /^https?$/ });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ }).refine((url) => /^\/[^/]/.test(URL.parse(url)?.pathname ?? ''), 'must end in the name of a database');
const redisUrl = z.url({ protocol: /^rediss?$/ });
const secret = z.string().trim().min(MIN_SECRET_LENGTH, `must be at least ${MIN_SECRET_LENGTH} characters long`);

/** What every program needs that opens the database and the token map. */
const OpsVariables = z.object({
  DATABASE_URL: postgresUrl,
  DATABASE_POOL_SIZE: wholeNumber.pipe(z.int().min(1).max(500)).default(20),
  PRODUCT_TYPES_FILE: z.string().min(1).default('config/product-types.yaml'),
  LMS_TIMEOUT_MS: durationMs(7_000),
});

const ApiVariables = OpsVariables.extend({
  PORT: port,
  HOST: z.string().min(1).default('127.0.0.1'),
  REDIS_URL: redisUrl.optional(),
  LMS_URL: httpUrl,
  LMS_API_KEY: z.string().trim().min(1, 'must not be blank'),
  JWT_SECRET: secret,
  CHECKOUT_DEADLINE_MS: durationMs(10_000),
  FULFILLMENT_LEASE_MS: durationMs(90_000),
  TRUSTED_PROXIES: z.string().default('').transform(commaList).refine((proxies) => proxies.every(isAddressOrBlock), 'must be addresses or CIDR blocks, separated by commas'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface OpsConfig {
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly productTypesFile: string;
  readonly lmsTimeoutMs: number;
}

export interface AppConfig extends OpsConfig {
  readonly port: number;
  readonly host: string;
  readonly redisUrl: string | null;
  readonly lms: { readonly url: string; readonly apiKey: string };
  readonly jwtSecret: string;
  readonly checkoutDeadlineMs: number;
  readonly fulfillmentLeaseMs: number;
  /** Addresses or CIDR blocks of proxies whose `X-Forwarded-For` is believed. Empty: nobody's. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
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
    ...opsConfig(variables),
    port: variables.PORT,
    host: variables.HOST,
    redisUrl: variables.REDIS_URL ?? null,
    lms: { url: variables.LMS_URL, apiKey: variables.LMS_API_KEY },
    jwtSecret: variables.JWT_SECRET,
    checkoutDeadlineMs: variables.CHECKOUT_DEADLINE_MS,
    fulfillmentLeaseMs: variables.FULFILLMENT_LEASE_MS,
    trustedProxies: variables.TRUSTED_PROXIES,
    logLevel: variables.LOG_LEVEL,
  };
}

/** Reads what a command needs that works on the database and calls nobody. @throws {EnvironmentError} */
export function loadOpsConfig(env: Environment): OpsConfig {
  return opsConfig(read(OpsVariables, env));
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
