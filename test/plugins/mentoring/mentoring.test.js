/** For `node --test`, in this folder or wherever the package lives; test/e2e/kit-package.spec.ts runs it outside the repository, against the packed kit. */
import { parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { StubProvider, describeFulfiller } from '@order-fulfillment/fulfiller-kit/conformance';
import MentoringModule from './index.js';

/** The mentoring service: one booking a key. */
const bookings = new Map();
const provider = new StubProvider({
  answer({ method, path, headers, body }) {
    const key = method === 'POST' ? headers['idempotency-key'] : path.replace('/bookings/', '');
    if (method === 'POST' && !bookings.has(key)) bookings.set(key, { key, ...body });
    const booking = bookings.get(key);
    if (method !== 'DELETE') return booking ? { status: 200, body: booking } : { status: 404 };
    return { status: bookings.delete(key) ? 204 : 404 };
  },
  deliveredCount: () => bookings.size,
  clear: () => bookings.clear(),
});

/** As the service wires it: the options are read by the manifest's schema, then handed to `register`. */
async function create({ timeoutMs }) {
  const options = parseOrFail(MentoringModule.manifest.options, { endpoint: `${provider.url}/bookings/` }, 'options of mentoring');
  const { providers } = MentoringModule.register({ token: Symbol('mentoring'), productType: 'mentoring', options, timeoutMs });
  return { fulfiller: providers[0].useFactory(), close: async () => undefined };
}

describeFulfiller('mentoring', {
  manifest: MentoringModule.manifest,
  create,
  provider,
  secrets: [],
  goodOptions: { endpoint: 'https://mentoring.example.com/bookings' },
  badOptions: [
    { pointer: '/endpoint', options: {} },
    { pointer: '/endpoint', options: { endpoint: 'ftp://mentoring.example.com' } },
    { pointer: '/retries', options: { endpoint: 'https://mentoring.example.com', retries: 3 } },
  ],
  goodDetails: { sessions: 3 },
  badDetails: [
    { pointer: '/sessions', details: {} },
    { pointer: '/sessions', details: { sessions: 0 } },
    { pointer: '/sessions', details: { sessions: 1.5 } },
    { pointer: '/mentor~1tutor', details: { sessions: 1, 'mentor/tutor': 'Ann' } },
  ],
});
