import { Test } from '@nestjs/testing';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerSettings, type FulfillerUnderTest, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import DonationFulfillerModule from './index.js';

async function create({ timeoutMs }: FulfillerSettings): Promise<FulfillerUnderTest> {
  const token = Symbol('donation');
  const plugin = DonationFulfillerModule.register({ token, productType: 'donation', options: {}, timeoutMs });
  const app = await Test.createTestingModule({ imports: [plugin] }).compile();
  return { fulfiller: app.get<Fulfiller>(token, { strict: false }), close: () => app.close() };
}

const badDetails = [
  { pointer: '/purpose', details: { purpose: 7 } },
  { pointer: '/purpose', details: { purpose: ' ' } },
  { pointer: '/purpose', details: { purpose: 'x'.repeat(201) } },
  { pointer: '', details: { propose: 'a library' } },
];

const { manifest } = DonationFulfillerModule;

describeFulfiller('donation', { manifest, create, provider: null, deliversNothing: true, secrets: [], badDetails, goodDetails: {} });
describeFulfiller('donation for a purpose', { manifest, create, provider: null, deliversNothing: true, secrets: [], badDetails, goodDetails: { purpose: 'a library' } });
