import { loadWorkerConfig, type Environment, type WorkerConfig } from '#config';

/** What stands in for a variable that is required and missing. Nothing is ever asked there. */
const STAND_INS = { DATABASE_URL: 'postgres://nowhere.invalid/none', LMS_URL: 'http://nowhere.invalid', LMS_API_KEY: 'none' } as const;
/** What the doctor goes by. */
const NEEDED = ['DATABASE_URL', 'REDIS_URL', 'LMS_URL', 'LMS_API_KEY', 'LMS_TIMEOUT_MS', 'LMS_RATE_PER_MINUTE', 'PRODUCT_TYPES_FILE', 'PAYMENT_PROCESSORS_FILE', 'GATEWAY_TIMEOUT_MS', 'REFUNDS_FILE', 'FULFILLMENT_LEASE_MS', 'SWEEP_INTERVAL_MS', 'BREAKER_FAILURES', 'BREAKER_OPEN_MS', 'PUBLISH_TO_LMS'] as const;
/** One is worth nothing without the other. */
const OAUTH = ['LMS_OAUTH_CLIENT_ID', 'LMS_OAUTH_CLIENT_SECRET'] as const;

/** The environment as far as it goes: what is missing or wrong is null, or has its default. */
export interface DoctorSettings {
  /** How long each one that is asked has for its answer. */
  readonly answerLimitMs: number;
  readonly databaseUrl: string | null;
  readonly lmsUrl: string | null;
  readonly lmsApiKey: string | null;
  readonly config: Pick<WorkerConfig, 'redisUrl' | 'productTypesFile' | 'lmsTimeoutMs' | 'paymentProcessorsFile' | 'gatewayTimeoutMs' | 'refundsFile' | 'fulfillmentLeaseMs' | 'sweepIntervalMs' | 'breaker' | 'lms' | 'publishToLms'>;
}

/** Never throws: a wrong variable counts as one that is not set. */
export function doctorSettings(env: Environment, answerLimitMs: number): DoctorSettings {
  const groups = [...NEEDED.map((name) => [name]), OAUTH].map((names) => picked(env, names));
  const fitting: Environment = Object.fromEntries(groups.filter(fits).flatMap((group) => Object.entries(group)));
  return {
    answerLimitMs,
    databaseUrl: fitting['DATABASE_URL'] ?? null,
    lmsUrl: fitting['LMS_URL'] ?? null,
    lmsApiKey: fitting['LMS_API_KEY'] ?? null,
    config: loadWorkerConfig({ ...STAND_INS, ...fitting }),
  };
}

function picked(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

function fits(variables: Environment): boolean {
  if (Object.values(variables).some((value) => value === undefined || value === '')) return false;
  try {
    loadWorkerConfig({ ...STAND_INS, ...variables });
    return true;
  } catch {
    return false;
  }
}
