import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().min(1);
const address = z.url({ protocol: /^https?$/ });

const Variables = z.object({
  GATEWAY_SANDBOX_PORT: port.default(18_010),
  GATEWAY_SANDBOX_CONTROL_PORT: port.default(18_011),
  GATEWAY_SANDBOX_STATE: text.optional(),
  STRIPE_SECRET_KEY: text.default('sk_test_sandbox'),
  STRIPE_WEBHOOK_SECRET: text.default('whsec_sandbox'),
  STRIPE_WEBHOOK_URL: address.optional(),
  PAYPAL_CLIENT_ID: text.default('sandbox-client'),
  PAYPAL_CLIENT_SECRET: text.default('sandbox-secret'),
  PAYPAL_WEBHOOK_ID: text.default('SANDBOXWEBHOOK1'),
  PAYPAL_WEBHOOK_URL: address.optional(),
});

export interface SandboxConfig {
  readonly port: number;
  readonly controlPort: number;
  readonly stateFile: string | null;
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly webhookUrl: string | null };
  readonly paypal: { readonly clientId: string; readonly clientSecret: string; readonly webhookId: string; readonly webhookUrl: string | null };
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
  const { data } = parsed;
  return {
    port: data.GATEWAY_SANDBOX_PORT,
    controlPort: data.GATEWAY_SANDBOX_CONTROL_PORT,
    stateFile: data.GATEWAY_SANDBOX_STATE ?? null,
    stripe: { secretKey: data.STRIPE_SECRET_KEY, webhookSecret: data.STRIPE_WEBHOOK_SECRET, webhookUrl: data.STRIPE_WEBHOOK_URL ?? null },
    paypal: { clientId: data.PAYPAL_CLIENT_ID, clientSecret: data.PAYPAL_CLIENT_SECRET, webhookId: data.PAYPAL_WEBHOOK_ID, webhookUrl: data.PAYPAL_WEBHOOK_URL ?? null },
  };
}
