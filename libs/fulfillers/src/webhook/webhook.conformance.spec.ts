import { Test } from '@nestjs/testing';
import { type Fulfiller, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerSettings, type FulfillerUnderTest, StubProvider, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import WebhookFulfillerModule from './index.js';
import { StubEndpoint } from './stub-endpoint.js';
import { WebhookOptionsSchema } from './webhook.options.js';

const SECRET = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
const provider = new StubProvider(new StubEndpoint(SECRET));
const { manifest } = WebhookFulfillerModule;

const goodOptions = { url: 'https://mentoring.example.com/fulfillment', secret: SECRET, requiredDetails: ['sessions'] };
const badOptions = [
  { pointer: '/url', options: { ...goodOptions, url: 'http://mentoring.example.com/' } },
  { pointer: '/url', options: { ...goodOptions, url: 'https://[::ffff:10.0.0.1]/' } },
  { pointer: '/secret', options: { ...goodOptions, secret: 's3cret' } },
  { pointer: '/requiredDetails', options: { ...goodOptions, requiredDetails: 'sessions' } },
  { pointer: '/allowedNetworks/0', options: { ...goodOptions, allowedNetworks: ['10.0.0.1'] } },
  { pointer: '/deadlineMs', options: { ...goodOptions, verifyAfterMs: 5_000, deadlineMs: 4_000 } },
];

async function create({ timeoutMs }: FulfillerSettings): Promise<FulfillerUnderTest> {
  const token = Symbol('mentoring');
  const written = { ...goodOptions, url: `${provider.url}/fulfillment`, allowedNetworks: ['127.0.0.0/8'] };
  const plugin = WebhookFulfillerModule.register({ token, productType: 'mentoring', options: parseOrFail(WebhookOptionsSchema, written, 'options'), timeoutMs });
  const app = await Test.createTestingModule({ imports: [plugin] }).compile();
  return { fulfiller: app.get<Fulfiller>(token, { strict: false }), close: () => app.close() };
}

const badDetails = [
  { pointer: '/sessions', details: {} },
  { pointer: '/sessions', details: { sessions: null } },
  { pointer: '/sessions', details: { sessions: ' ' } },
  { pointer: '/sessions', details: { sessions: [] } },
];

const goodDetails = { sessions: 2, topic: { level: ['easy', null] }, paid: false };

describeFulfiller('webhook', { manifest, goodOptions, badOptions, create, provider, goodDetails, badDetails, secrets: [SECRET, SECRET.slice('whsec_'.length)] });
