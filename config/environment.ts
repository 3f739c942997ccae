import { z } from 'zod';
import type { AppConfig, DeliveryConfig, LinkConfig, LmsConfig, LmsOpsConfig, OpsConfig, PaymentProcessorsConfig, TokenMapConfig, WorkerConfig } from './configuration.js';
import { Variables } from './variable-references.js';
import { ApiVariables, DeliveryVariables, LmsVariables, OpsVariables, PaymentProcessorsVariables, TokenMapVariables, WorkerVariables } from './variables.js';

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
    ...deliveryConfig(variables, env),
    port: variables.PORT,
    metricsPort: variables.METRICS_PORT ?? null,
    jwtSecret: variables.JWT_SECRET,
    trustedProxies: variables.TRUSTED_PROXIES,
    links: linkConfig(variables),
  };
}

/** Reads what the worker needs. @throws {EnvironmentError} */
export function loadWorkerConfig(env: Environment): WorkerConfig {
  const variables = read(WorkerVariables, env);
  return {
    ...deliveryConfig(variables, env),
    port: variables.WORKER_PORT,
    sweepIntervalMs: variables.SWEEP_INTERVAL_MS,
    concurrency: variables.DELIVERY_CONCURRENCY,
    maxLostLeases: variables.RETRY_MAX_LOST_LEASES,
    publishToLms: variables.PUBLISH_TO_LMS === 'true',
  };
}

/** Reads what a command needs that works on the database and calls nobody. @throws {EnvironmentError} */
export function loadOpsConfig(env: Environment): OpsConfig {
  return opsConfig(read(OpsVariables, env), env);
}

/** Reads what a command needs that calls the LMS as well. @throws {EnvironmentError} */
export function loadLmsOpsConfig(env: Environment): LmsOpsConfig {
  const variables = read(LmsVariables, env);
  return { ...opsConfig(variables, env), lms: lmsConfig(variables) };
}

/** Reads what the token map is judged by. Nothing of it is required. @throws {EnvironmentError} */
export function loadTokenMapConfig(env: Environment): TokenMapConfig {
  const variables = read(TokenMapVariables, env);
  return { ...tokenMapConfig(variables, env), checkoutDeadlineMs: variables.CHECKOUT_DEADLINE_MS, fulfillmentLeaseMs: variables.FULFILLMENT_LEASE_MS, retry: retryConfig(variables) };
}

/** Reads what the map of payment processors is judged by. Nothing of it is required. @throws {EnvironmentError} */
export function loadPaymentProcessorsConfig(env: Environment): PaymentProcessorsConfig {
  const variables = read(PaymentProcessorsVariables, env);
  return { ...paymentProcessorsConfig(variables), variables: new Variables(env), fulfillmentLeaseMs: variables.FULFILLMENT_LEASE_MS };
}

function lmsConfig({ LMS_URL: url, LMS_API_KEY: apiKey, LMS_OAUTH_CLIENT_ID: clientId, LMS_OAUTH_CLIENT_SECRET: clientSecret }: z.infer<typeof LmsVariables>): LmsConfig {
  if (clientId === undefined && clientSecret === undefined) return { url, apiKey, oauth: null };
  if (clientId !== undefined && clientSecret !== undefined) return { url, apiKey, oauth: { clientId, clientSecret } };
  throw new EnvironmentError([`${clientId === undefined ? 'LMS_OAUTH_CLIENT_ID' : 'LMS_OAUTH_CLIENT_SECRET'} is missing: the two go together`]);
}

function linkConfig(variables: z.infer<typeof ApiVariables>): LinkConfig {
  const publicUrl = variables.PUBLIC_URL ?? `http://${variables.HOST.includes(':') ? `[${variables.HOST}]` : variables.HOST}:${variables.PORT}`;
  const landing = place(`${publicUrl.replace(/\/+$/, '')}/basket/add/`);
  const circles = (['CHECKOUT_PAGE_URL', 'LEGACY_CHECKOUT_URL'] as const).filter((name) => variables[name] !== undefined && place(variables[name]) === landing);
  if (circles.length > 0) throw new EnvironmentError(circles.map((name) => `${name} is where links to this service land, PUBLIC_URL with /basket/add/: it would send learners on to itself for ever`));
  return {
    publicUrl,
    checkoutPageUrl: variables.CHECKOUT_PAGE_URL ?? null,
    receiptPageUrl: variables.RECEIPT_PAGE_URL ?? null,
    legacyCheckoutUrl: variables.LEGACY_CHECKOUT_URL ?? null,
    siteOrigins: variables.SITE_ORIGINS,
  };
}

/** The origin and the path, with and without a trailing slash the same. */
function place(address: string): string {
  const { origin, pathname } = URL.parse(address) ?? { origin: '', pathname: '' };
  return origin + pathname.replace(/\/+$/, '');
}

function deliveryConfig(variables: z.infer<typeof DeliveryVariables>, env: Environment): DeliveryConfig {
  const retry = retryConfig(variables);
  return {
    ...opsConfig(variables, env),
    host: variables.HOST,
    redisUrl: variables.REDIS_URL ?? null,
    lms: { ...lmsConfig(variables), ratePerMinute: variables.LMS_RATE_PER_MINUTE },
    checkoutDeadlineMs: variables.CHECKOUT_DEADLINE_MS,
    fulfillmentLeaseMs: variables.FULFILLMENT_LEASE_MS,
    pendingOrderTtlMs: variables.PENDING_ORDER_TTL_MS,
    refundsFile: variables.REFUNDS_FILE ?? null,
    paymentEventBodyDays: variables.PAYMENT_EVENT_BODY_DAYS,
    reconcileRepair: variables.RECONCILE_REPAIR === 'true',
    breaker: { failures: variables.BREAKER_FAILURES, openMs: variables.BREAKER_OPEN_MS },
    retry,
    logLevel: variables.LOG_LEVEL,
  };
}

/** @throws {EnvironmentError} for waits that could never be. */
function retryConfig({ RETRY_BASE_MS, RETRY_MAX_DELAY_MS, RETRY_MAX_AGE_MS }: z.infer<typeof TokenMapVariables>): TokenMapConfig['retry'] {
  const problems = [
    ...(RETRY_BASE_MS > RETRY_MAX_DELAY_MS ? ['RETRY_BASE_MS is longer than RETRY_MAX_DELAY_MS: the first wait cannot be longer than the longest'] : []),
    ...(RETRY_MAX_DELAY_MS > RETRY_MAX_AGE_MS ? ['RETRY_MAX_DELAY_MS is longer than RETRY_MAX_AGE_MS: nothing would be tried again in time'] : []),
  ];
  if (problems.length > 0) throw new EnvironmentError(problems);
  return { baseMs: RETRY_BASE_MS, maxDelayMs: RETRY_MAX_DELAY_MS, maxAgeMs: RETRY_MAX_AGE_MS };
}

function opsConfig(variables: z.infer<typeof OpsVariables>, env: Environment): OpsConfig {
  return {
    database: { url: variables.DATABASE_URL, poolSize: variables.DATABASE_POOL_SIZE },
    ...tokenMapConfig(variables, env),
    ...paymentProcessorsConfig(variables),
  };
}

function paymentProcessorsConfig({ PAYMENT_PROCESSORS_FILE, GATEWAY_TIMEOUT_MS }: Pick<z.infer<typeof OpsVariables>, 'PAYMENT_PROCESSORS_FILE' | 'GATEWAY_TIMEOUT_MS'>): Pick<OpsConfig, 'paymentProcessorsFile' | 'gatewayTimeoutMs'> {
  return { paymentProcessorsFile: PAYMENT_PROCESSORS_FILE ?? null, gatewayTimeoutMs: GATEWAY_TIMEOUT_MS };
}

function tokenMapConfig({ PRODUCT_TYPES_FILE, LMS_TIMEOUT_MS }: Pick<z.infer<typeof OpsVariables>, 'PRODUCT_TYPES_FILE' | 'LMS_TIMEOUT_MS'>, env: Environment): Pick<OpsConfig, 'productTypesFile' | 'variables' | 'lmsTimeoutMs'> {
  return { productTypesFile: PRODUCT_TYPES_FILE, variables: new Variables(env), lmsTimeoutMs: LMS_TIMEOUT_MS };
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
