import { join } from 'node:path';
import { cloneFolder } from '../../apps/local/src/clone-folder.js';
import { freePort } from '../../apps/local/src/ports.js';
import { GatewayControl } from './gateway-control.js';
import { startGateway, type RunningProgram } from './processes.js';

/** What the shop and its gateway know of one another. */
const SECRETS = {
  STRIPE_SECRET_KEY: 'sk_test_of_the_tests',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
  PAYPAL_CLIENT_ID: 'paypal-client-of-the-tests',
  PAYPAL_CLIENT_SECRET: 'paypal-secret-of-the-tests',
  PAYPAL_WEBHOOK_ID: 'WH-OF-THE-TESTS',
} as const;

/** Short enough for tests: work on a payment takes two calls and 2 s, and its lease is `TIMES.FULFILLMENT_LEASE_MS`. */
const GATEWAY_TIMEOUT_MS = '700';

export interface RunningGateway extends RunningProgram {
  readonly control: GatewayControl;
}

/** A gateway, and the environment of a shop that sells by it. */
export interface ShopGateway {
  readonly gateway: RunningGateway;
  /** For every API and worker of the shop. */
  readonly env: Readonly<Record<string, string>>;
  /** For the API that the gateway sends its webhooks to. */
  readonly apiPort: string;
}

/** Starts a sandbox gateway, which sends its webhooks to an API that is yet to come. */
export async function startShopGateway(): Promise<ShopGateway> {
  const apiPort = String(await freePort());
  const webhook = (processor: string) => `http://127.0.0.1:${apiPort}/v1/payments/${processor}/webhook`;
  const program = await startGateway({ ...SECRETS, STRIPE_WEBHOOK_URL: webhook('stripe'), PAYPAL_WEBHOOK_URL: webhook('paypal') });
  const env = { ...SECRETS, GATEWAY_URL: program.url, GATEWAY_TIMEOUT_MS, PAYMENT_PROCESSORS_FILE: join(cloneFolder(), 'test/support/payment-processors.yaml') };
  const gateway: RunningGateway = { ...program, control: new GatewayControl(program.controlUrl) };
  return { gateway, env, apiPort };
}
