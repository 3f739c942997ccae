import { startSandbox, type Sandbox } from '../../apps/gateway-sandbox/src/sandbox.js';
import { GatewayControl, type GatewayFault } from './gateway-control.js';

const STRIPE = { secretKey: 'sk_test_of_the_world', webhookSecret: 'whsec_of_the_world' } as const;
const PAYPAL = { clientId: 'client-of-the-world', clientSecret: 'secret-of-the-world', webhookId: 'WH-OF-THE-WORLD' } as const;

/** Where the gateway posts its webhooks. */
export interface WebhookUrls {
  readonly stripe: string;
  readonly paypal: string;
}

/** A sandbox gateway in this process, whose ledger judges. */
export interface WorldGateway {
  readonly sandbox: Sandbox;
  readonly control: GatewayControl;
}

export async function startGatewayFor({ stripe, paypal }: WebhookUrls): Promise<WorldGateway> {
  const sandbox = await startSandbox({ port: 0, controlPort: 0, stateFile: null, stripe: { ...STRIPE, webhookUrl: stripe }, paypal: { ...PAYPAL, webhookUrl: paypal } });
  return { sandbox, control: new GatewayControl(sandbox.controlUrl) };
}

/** The options of the two processors, as the map would have them, for a gateway that is reached at this URL. */
export function processorOptions(apiUrl: string) {
  const { secretKey, webhookSecret } = STRIPE;
  const page = 'https://shop.example.com/orders/{orderNumber}';
  return {
    stripe: { secretKey, publishableKey: 'pk_test_of_the_world', webhookSecrets: [webhookSecret], apiUrl },
    paypal: { ...PAYPAL, apiUrl, certHosts: [], returnUrl: page, cancelUrl: page },
  };
}

/** One more fault, beside those that are in force. */
export async function addFault({ sandbox }: WorldGateway, fault: GatewayFault): Promise<void> {
  const response = await fetch(`${sandbox.controlUrl}/control/faults`, { method: 'POST', body: JSON.stringify(fault) });
  if (!response.ok) throw new Error(`The gateway refused a fault: ${await response.text()}`);
}
