import { Test } from '@nestjs/testing';
import { type ProcessorSettings, type ProcessorUnderTest, StubGateway, describePaymentProcessor } from '../conformance/index.js';
import type { PaymentProcessor } from '../contract/payment-processor.js';
import StripeProcessorModule from './index.js';
import { StubStripe } from './stub-stripe.js';

const MINUTE_MS = 60_000;
const SECRET_KEY = 'sk_test_51StubSecretKey';
const [WEBHOOK_SECRET, OTHER_SECRET] = ['whsec_ofTheStandIn', 'whsec_ofSomebodyElse'] as const;
const { manifest } = StripeProcessorModule;

const gateway = new StubGateway(new StubStripe(WEBHOOK_SECRET));
const goodOptions = { secretKey: SECRET_KEY, publishableKey: 'pk_test_stub', webhookSecrets: [WEBHOOK_SECRET], statementDescriptor: 'COURSES' };
const SECRETS: Readonly<Record<ProcessorSettings['trusts'], string[]>> = { 'the stand-in': [WEBHOOK_SECRET], both: [OTHER_SECRET, WEBHOOK_SECRET], another: [OTHER_SECRET] };

async function create({ timeoutMs, trusts }: ProcessorSettings): Promise<ProcessorUnderTest> {
  const token = Symbol('stripe');
  const options = manifest.options.parse({ ...goodOptions, webhookSecrets: SECRETS[trusts], apiUrl: gateway.url });
  const app = await Test.createTestingModule({ imports: [StripeProcessorModule.register({ token, name: 'stripe', options, timeoutMs })] }).compile();
  return { processor: app.get<PaymentProcessor>(token, { strict: false }), close: () => app.close() };
}

describePaymentProcessor('stripe', {
  manifest,
  goodOptions,
  badOptions: [
    { path: 'secretKey', options: { ...goodOptions, secretKey: '' } },
    { path: 'secretKey', options: { ...goodOptions, secretKey: 'sk test' } },
    { path: 'publishableKey', options: { ...goodOptions, publishableKey: 7 } },
    { path: 'webhookSecrets', options: { ...goodOptions, webhookSecrets: [] } },
    { path: 'webhookSecrets', options: { ...goodOptions, webhookSecrets: ['whsec_1', 'whsec_2', 'whsec_3', 'whsec_4'] } },
    { path: 'webhookSecrets.0', options: { ...goodOptions, webhookSecrets: ['two words'] } },
    { path: 'apiUrl', options: { ...goodOptions, apiUrl: 'http://stripe.example.com' } },
    { path: 'apiUrl', options: { ...goodOptions, apiUrl: 'https://user:pass@api.stripe.com' } },
    { path: 'apiUrl', options: { ...goodOptions, apiUrl: 'https://api.stripe.com/v1' } },
    { path: 'statementDescriptor', options: { ...goodOptions, statementDescriptor: 'COURSES *' } },
    { path: 'statementDescriptor', options: { ...goodOptions, statementDescriptor: '12345' } },
  ],
  secrets: [SECRET_KEY, WEBHOOK_SECRET, '_secret_', 'buyer@example.com'],
  unpayable: [
    { amountMinor: 5_124, currency: 'KWD' },
    { amountMinor: 4_901, currency: 'MGA' },
    { amountMinor: 10_000, currency: 'CLF' },
  ],
  gateway,
  webhookAge: { believedMs: 4 * MINUTE_MS, staleMs: 6 * MINUTE_MS, futureMs: 6 * MINUTE_MS },
  rotates: true,
  create,
});
