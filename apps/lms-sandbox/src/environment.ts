import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const Variables = z.object({
  PORT: port.default(18_000),
  CONTROL_PORT: port.default(18_001),
  HOST: z.string().min(1).default('127.0.0.1'),
  LMS_API_KEY: z.string().min(1).default('sandbox-api-key'),
  JWT_SECRET: z.string().min(1).default('sandbox-jwt-secret-0123456789abcdef'),
  LMS_SANDBOX_STATE_FILE: z.string().min(1).optional(),
});

export interface SandboxConfig {
  readonly port: number;
  readonly controlPort: number;
  readonly host: string;
  readonly apiKey: string;
  readonly jwtSecret: string;
  readonly stateFile: string | null;
}

/** The environment does not fit. Names every wrong variable, and never a value: a value may be a secret. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** @throws {EnvironmentError} when a variable does not fit. An empty one counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): SandboxConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Variables.safeParse(set);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new EnvironmentError(`The environment does not fit: ${problems.join('; ')}.`);
  }
  const { PORT, CONTROL_PORT, HOST, LMS_API_KEY, JWT_SECRET, LMS_SANDBOX_STATE_FILE = null } = parsed.data;
  return { port: PORT, controlPort: CONTROL_PORT, host: HOST, apiKey: LMS_API_KEY, jwtSecret: JWT_SECRET, stateFile: LMS_SANDBOX_STATE_FILE };
}
