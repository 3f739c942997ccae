import { LmsModule } from '#lms';
import { Test } from '@nestjs/testing';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerSettings, type FulfillerUnderTest, StubProvider, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import EnrollmentFulfillerModule from './index.js';
import { StubLms } from './stub-lms.js';

const API_KEY = 's3cret-api-key';
const { manifest } = EnrollmentFulfillerModule;
const courseId = 'course-v1:AcmeX+BIO1+2026';
const provider = new StubProvider(new StubLms());

async function create({ timeoutMs }: FulfillerSettings): Promise<FulfillerUnderTest> {
  const token = Symbol('seat');
  const plugin = EnrollmentFulfillerModule.register({ token, productType: 'seat', options: {}, timeoutMs });
  const app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: provider.url, apiKey: API_KEY }), plugin] }).compile();
  return { fulfiller: app.get<Fulfiller>(token, { strict: false }), close: () => app.close() };
}

const badDetails = [
  { pointer: '/courseId', details: { mode: 'verified' } },
  { pointer: '/courseId', details: { courseId: 'BIO1', mode: 'verified' } },
  { pointer: '/mode', details: { courseId } },
  { pointer: '/creditProvider', details: { courseId, mode: 'credit' } },
];

// A verified seat is posted at once; an audit seat, which may meet a better one, is looked up first.
describeFulfiller('enrollment in a verified seat', { manifest, create, provider, badDetails, secrets: [API_KEY], goodDetails: { courseId, mode: 'verified' } });
describeFulfiller('enrollment in an audit seat', { manifest, create, provider, badDetails, secrets: [API_KEY], goodDetails: { courseId, mode: 'audit' } });
