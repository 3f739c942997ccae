import { resolve } from 'node:path';
import { z } from 'zod';
import { StartError } from './start-error.js';

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().optional();

const LocalVariables = z.object({
  PORT: port.default(3_000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: text,
  WORKER_PORT: port.default(3_001),
  LMS_SANDBOX_PORT: port.default(18_000),
  LMS_SANDBOX_CONTROL_PORT: port.default(18_001),
  GATEWAY_SANDBOX_PORT: port.default(18_010),
  GATEWAY_SANDBOX_CONTROL_PORT: port.default(18_011),
  DATA_DIR: text,
  DATABASE_URL: text,
  REDIS_URL: text,
  PAYMENT_PROCESSORS_FILE: text,
  LMS_URL: text,
  LMS_API_KEY: text,
  JWT_SECRET: text,
});

/** What may be chosen for `npm start`. Null means: the embedded default. */
export interface LocalSettings {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach the API. Null: where it listens. */
  readonly publicUrl: string | null;
  readonly workerPort: number;
  readonly sandboxPort: number;
  readonly sandboxControlPort: number;
  /** Of the sandbox gateway; null: there is none, because the user has a map of payment processors of his own, or a database or an LMS. */
  readonly gateway: { readonly port: number; readonly controlPort: number } | null;
  readonly dataFolder: string | null;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly lmsUrl: string | null;
  readonly lmsApiKey: string | null;
  readonly jwtSecret: string | null;
}

/** Reads the environment. @throws {StartError} that names every wrong variable and prints no value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const read = LocalVariables.safeParse(present);
  const problems = read.success ? contradictions(read.data) : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (!read.success || problems.length > 0) throw new StartError(`The environment does not fit:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  const variables = read.data;
  return {
    host: variables.HOST,
    port: variables.PORT,
    publicUrl: variables.PUBLIC_URL ?? null,
    workerPort: variables.WORKER_PORT,
    sandboxPort: variables.LMS_SANDBOX_PORT,
    sandboxControlPort: variables.LMS_SANDBOX_CONTROL_PORT,
    gateway: gatewayOf(variables),
    dataFolder: variables.DATA_DIR === undefined ? null : resolve(variables.DATA_DIR),
    databaseUrl: variables.DATABASE_URL ?? null,
    redisUrl: variables.REDIS_URL ?? null,
    lmsUrl: variables.LMS_URL ?? null,
    lmsApiKey: variables.LMS_API_KEY ?? null,
    jwtSecret: variables.JWT_SECRET ?? null,
  };
}

/** Nobody pays with made-up money for what is real. */
function gatewayOf(variables: z.infer<typeof LocalVariables>): LocalSettings['gateway'] {
  const isDemo = [variables.PAYMENT_PROCESSORS_FILE, variables.DATABASE_URL, variables.LMS_URL].every((own) => own === undefined);
  return isDemo ? { port: variables.GATEWAY_SANDBOX_PORT, controlPort: variables.GATEWAY_SANDBOX_CONTROL_PORT } : null;
}

/** Made-up secrets belong to made-up servers: whoever names a real one names its secrets too. */
function contradictions(variables: z.infer<typeof LocalVariables>): string[] {
  const problems: string[] = [];
  const realServer = variables.DATABASE_URL !== undefined ? 'DATABASE_URL' : 'LMS_URL';
  if (variables[realServer] !== undefined && variables.LMS_API_KEY === undefined) problems.push(`LMS_API_KEY is missing: it must be set together with ${realServer}`);
  if (variables.DATABASE_URL !== undefined && variables.JWT_SECRET === undefined) problems.push('JWT_SECRET is missing: it must be set together with DATABASE_URL');
  const names = ['PORT', 'WORKER_PORT', 'LMS_SANDBOX_PORT', 'LMS_SANDBOX_CONTROL_PORT', ...(gatewayOf(variables) ? (['GATEWAY_SANDBOX_PORT', 'GATEWAY_SANDBOX_CONTROL_PORT'] as const) : [])] as const;
  const ports = names.map((name) => variables[name]).filter((number) => number !== 0);
  if (new Set(ports).size < ports.length) problems.push(`${names.slice(0, -1).join(', ')} and ${String(names.at(-1))} must differ`);
  return problems;
}
