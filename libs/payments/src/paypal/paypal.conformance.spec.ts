import { Test } from '@nestjs/testing';
import { type ProcessorSettings, type ProcessorUnderTest, StubGateway, describePaymentProcessor } from '../conformance/index.js';
import type { PaymentProcessor } from '../contract/payment-processor.js';
import PayPalProcessorModule from './index.js';
import { StubPayPal } from './stub-paypal.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const [CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID] = ['AbStubClient', 'EFstubClientSecret', '1JE4291016473214C'] as const;
const { manifest } = PayPalProcessorModule;

const gateway = new StubGateway(new StubPayPal({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }, WEBHOOK_ID));
const page = 'https://shop.example.com/orders/{orderNumber}';
const goodOptions = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, webhookId: WEBHOOK_ID, returnUrl: `${page}?paid=1`, cancelUrl: page, brandName: 'The Academy' };

async function create({ timeoutMs, trusts }: ProcessorSettings): Promise<ProcessorUnderTest> {
  const token = Symbol('paypal');
  const options = manifest.options.parse({ ...goodOptions, apiUrl: gateway.url, ...(trusts === 'another' && { webhookId: '9XL90610J3647323C' }) });
  const app = await Test.createTestingModule({ imports: [PayPalProcessorModule.register({ token, name: 'paypal', options, timeoutMs })] }).compile();
  return { processor: app.get<PaymentProcessor>(token, { strict: false }), close: () => app.close() };
}

describePaymentProcessor('paypal', {
  manifest,
  goodOptions,
  badOptions: [
    { path: 'clientId', options: { ...goodOptions, clientId: '' } },
    { path: 'clientSecret', options: { ...goodOptions, clientSecret: 'two words' } },
    { path: 'webhookId', options: { ...goodOptions, webhookId: 7 } },
    { path: 'apiUrl', options: { ...goodOptions, apiUrl: 'http://paypal.example.com' } },
    { path: 'apiUrl', options: { ...goodOptions, apiUrl: 'https://api-m.paypal.com/v2' } },
    { path: 'certHosts.0', options: { ...goodOptions, certHosts: ['https://api.paypal.com'] } },
    { path: 'returnUrl', options: { ...goodOptions, returnUrl: 'https://shop.example.com/orders' } },
    { path: 'cancelUrl', options: { ...goodOptions, cancelUrl: 'javascript:alert("{orderNumber}")' } },
    { path: 'brandName', options: { ...goodOptions, brandName: ' ' } },
  ],
  secrets: [CLIENT_SECRET, 'A21.stub-token', Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64'), 'buyer@example.com'],
  unpayable: [
    { amountMinor: 5_120, currency: 'KWD' },
    { amountMinor: 4_901, currency: 'HUF' },
    { amountMinor: 4_900, currency: 'KRW' },
  ],
  gateway,
  webhookAge: { believedMs: 3 * DAY_MS, staleMs: 5 * DAY_MS, futureMs: 6 * MINUTE_MS },
  rotates: false,
  create,
});
