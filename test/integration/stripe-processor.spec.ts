import { describePaymentProcessor } from '../../libs/payments/src/conformance/index.js';
import StripeProcessorModule from '../../libs/payments/src/stripe/index.js';
import { SandboxStandIn, wiredProcessor } from '../support/processor-bench.js';

const MINUTE_MS = 60_000;
const [SECRET_KEY, RIGHT, OTHER] = ['sk_test_of_the_conformance', 'whsec_of_the_conformance', 'whsec_of_another'] as const;

const gateway = new SandboxStandIn({ STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_WEBHOOK_SECRET: RIGHT }, { faulty: ['/v1/**'], isAside: () => false, signature: /^stripe-signature$/ });
const goodOptions = { secretKey: SECRET_KEY, publishableKey: 'pk_test_of_the_conformance', webhookSecrets: [RIGHT] };
const secrets = { 'the stand-in': [RIGHT], both: [OTHER, RIGHT], another: [OTHER] };

describePaymentProcessor('stripe, with the SDK, against the sandbox gateway', {
  manifest: StripeProcessorModule.manifest,
  goodOptions,
  badOptions: [],
  secrets: [SECRET_KEY, RIGHT, '_secret_'],
  unpayable: [{ amountMinor: 5_124, currency: 'KWD' }],
  gateway,
  webhookAge: { believedMs: 4 * MINUTE_MS, staleMs: 6 * MINUTE_MS, futureMs: 6 * MINUTE_MS },
  rotates: true,
  create: ({ timeoutMs, trusts }) => wiredProcessor(StripeProcessorModule, { ...goodOptions, webhookSecrets: secrets[trusts], apiUrl: gateway.url }, timeoutMs),
});
