import { LmsModule, LmsTokens } from '#lms';
import { Test } from '@nestjs/testing';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerSettings, type FulfillerUnderTest, StubProvider, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import EntitlementFulfillerModule from './index.js';
import { StubLms, TOKEN } from './stub-lms.js';

const API_KEY = 's3cret-api-key';
const CLIENT_SECRET = 's3cret of/the client';
const courseUuid = '4f8c2f9e-7c1b-4a53-9d4e-1f0b6a2c3d4e';
const provider = new StubProvider(new StubLms());
const { manifest } = EntitlementFulfillerModule;

/** The rules are about the calls for the product: a token is there already. How one is got, and that it stays secret, has its specs in the library. */
const held: Pick<LmsTokens, 'take' | 'drop'> = { take: () => Promise.resolve({ value: TOKEN, isNew: false }), drop: () => undefined };

async function create({ timeoutMs }: FulfillerSettings): Promise<FulfillerUnderTest> {
  const token = Symbol('entitlement');
  const plugin = EntitlementFulfillerModule.register({ token, productType: 'entitlement', options: {}, timeoutMs });
  const lms = LmsModule.forRoot({ url: provider.url, apiKey: API_KEY, oauth: { clientId: 'our-client', clientSecret: CLIENT_SECRET } });
  const app = await Test.createTestingModule({ imports: [lms, plugin] }).overrideProvider(LmsTokens).useValue(held).compile();
  return { fulfiller: app.get<Fulfiller>(token, { strict: false }), close: () => app.close() };
}

const badDetails = [
  { pointer: '/courseUuid', details: { mode: 'verified' } },
  { pointer: '/courseUuid', details: { courseUuid: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' } },
  { pointer: '/courseUuid', details: { courseUuid: `${courseUuid}/`, mode: 'verified' } },
  { pointer: '/mode', details: { courseUuid } },
  { pointer: '/mode', details: { courseUuid, mode: 'Verified' } },
  { pointer: '', details: { courseUuid, mode: 'verified', courseId: 'course-v1:AcmeX+BIO1+2026' } },
];

describeFulfiller('entitlement', { manifest, create, provider, badDetails, secrets: [API_KEY, CLIENT_SECRET, TOKEN], goodDetails: { courseUuid, mode: 'verified' } });
