import { describePaymentProcessor } from '../../libs/payments/src/conformance/index.js';
import PayPalProcessorModule from '../../libs/payments/src/paypal/index.js';
import { SandboxStandIn, wiredProcessor } from '../support/processor-bench.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const [CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID] = ['client-of-the-conformance', 'secret-of-the-conformance', 'WH-OF-THE-CONFORMANCE'] as const;
const TOKEN_PATH = '/v1/oauth2/token';

const gateway = new SandboxStandIn(
  { PAYPAL_CLIENT_ID: CLIENT_ID, PAYPAL_CLIENT_SECRET: CLIENT_SECRET, PAYPAL_WEBHOOK_ID: WEBHOOK_ID },
  { faulty: ['/v2/**', '/v1/customer/**', '/v1/reporting/**'], isAside: (path) => path === TOKEN_PATH || path.includes('/certs/'), signature: /^paypal-/ },
);
const page = 'https://shop.example.com/orders/{orderNumber}';
const goodOptions = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, webhookId: WEBHOOK_ID, returnUrl: page, cancelUrl: page };

describePaymentProcessor('paypal, against the sandbox gateway', {
  manifest: PayPalProcessorModule.manifest,
  goodOptions,
  badOptions: [],
  secrets: [CLIENT_SECRET, Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')],
  unpayable: [{ amountMinor: 4_901, currency: 'HUF' }],
  gateway,
  webhookAge: { believedMs: 3 * DAY_MS, staleMs: 5 * DAY_MS, futureMs: 6 * MINUTE_MS },
  rotates: false,
  create: ({ timeoutMs, trusts }) => wiredProcessor(PayPalProcessorModule, { ...goodOptions, apiUrl: gateway.url, ...(trusts === 'another' && { webhookId: 'WH-OF-ANOTHER' }) }, timeoutMs),
});
