import { Test } from '@nestjs/testing';
import type { Fulfiller, FulfillerRegistration } from '@order-fulfillment/fulfiller-kit';
import { type FulfillerSettings, type FulfillerUnderTest, StubProvider, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import MentoringModule from './index.js';

/** The mentoring service: one booking a key. */
const bookings = new Map<string, object>();
const provider = new StubProvider({
  answer({ method, path, headers, body }) {
    const key = method === 'POST' ? String(headers['idempotency-key']) : path.replace('/bookings/', '');
    if (method === 'POST' && !bookings.has(key)) bookings.set(key, { key, ...(body as object) });
    const booking = bookings.get(key);
    if (method !== 'DELETE') return booking ? { status: 200, body: booking } : { status: 404 };
    return { status: bookings.delete(key) ? 204 : 404 };
  },
  deliveredCount: () => bookings.size,
  clear: () => bookings.clear(),
});

function registration(options: FulfillerRegistration['options'], timeoutMs = 1_000): FulfillerRegistration {
  return { token: Symbol('mentoring'), productType: 'mentoring', options, timeoutMs };
}

async function create({ timeoutMs }: FulfillerSettings): Promise<FulfillerUnderTest> {
  const entry = registration({ endpoint: `${provider.url}/bookings/` }, timeoutMs);
  const app = await Test.createTestingModule({ imports: [MentoringModule.register(entry)] }).compile();
  return { fulfiller: app.get<Fulfiller>(entry.token, { strict: false }), close: () => app.close() };
}

describeFulfiller('mentoring', {
  create,
  provider,
  secrets: [],
  goodDetails: { sessions: 3 },
  badDetails: [
    { pointer: '/sessions', details: {} },
    { pointer: '/sessions', details: { sessions: 0 } },
    { pointer: '/sessions', details: { sessions: 1.5 } },
    { pointer: '/mentor~1tutor', details: { sessions: 1, 'mentor/tutor': 'Ann' } },
  ],
});

it.each([
  [{}, /\/endpoint must be/],
  [{ endpoint: 'ftp://mentoring.example.com' }, /\/endpoint must be/],
  [{ endpoint: 'https://mentoring.example.com', retries: 3 }, /\/retries is no option/],
])('mentoring refuses the options %j', (options, message) => {
  expect(() => MentoringModule.register(registration(options))).toThrow(message);
});
