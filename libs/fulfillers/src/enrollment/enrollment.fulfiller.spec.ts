import { LmsModule } from '#lms';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Fulfiller, FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { StubProvider } from '@order-fulfillment/fulfiller-kit/conformance';
import EnrollmentFulfillerModule from './index.js';
import type { Seat } from './seat.js';
import { StubLms } from './stub-lms.js';

const courseId = 'course-v1:AcmeX+BIO1+2026';
const lms = new StubProvider(new StubLms());
const token = Symbol('seat');
let app: TestingModule;
let fulfiller: Fulfiller<Seat>;

beforeAll(async () => {
  await lms.start();
  const plugin = EnrollmentFulfillerModule.register({ token, productType: 'seat', options: {}, timeoutMs: 10_000 });
  app = await Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key' }), plugin] }).compile();
  fulfiller = app.get<Fulfiller<Seat>>(token, { strict: false });
});

beforeEach(() => lms.reset());

afterAll(async () => {
  await app.close();
  await lms.stop();
});

describe('fulfill', () => {
  it('sends one call for a verified seat', async () => {
    expect(await fulfiller.fulfill(request('verified'))).toEqual({ reference: `${courseId} (verified)`, httpStatus: 200 });
    expect(methods()).toEqual(['POST']);
  });

  it('tells the LMS which line of which order it delivers, and from where the learner bought', async () => {
    await fulfiller.fulfill(request('verified'));
    const [call] = lms.calls;
    const { enrollment_attributes: attributes } = call?.body as { enrollment_attributes: object[] };
    expect(call?.headers).toMatchObject({ 'x-forwarded-for': '192.0.2.7' });
    expect(attributes).toContainEqual({ namespace: 'order', name: 'order_number', value: 'OF-100123' });
    expect(attributes).toContainEqual({ namespace: 'order', name: 'order_id', value: 'order-7' });
    expect(attributes).toContainEqual({ namespace: 'order', name: 'line_item_id', value: 'line-9' });
  });

  it.each(['audit', 'honor'])('looks before it enrolls in %s', async (mode) => {
    await fulfiller.fulfill(request(mode));
    expect(methods()).toEqual(['GET', 'POST']);
  });

  it.each(['audit', 'honor'])('leaves a verified learner verified who takes a seat in %s', async (mode) => {
    await fulfiller.fulfill(request('verified'));
    expect(await fulfiller.fulfill(request(mode))).toEqual({ reference: `${courseId} (verified)`, httpStatus: 200 });
    expect(await fulfiller.verify(request('verified'))).not.toBeNull();
    expect(methods().filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('leaves a learner alone who moved up before an old attempt was repeated', async () => {
    await fulfiller.fulfill(request('credit'));
    expect(await fulfiller.fulfill(request('verified', 2))).toEqual({ reference: `${courseId} (credit)`, httpStatus: 200 });
  });

  it('does not send again what a second attempt finds', async () => {
    await fulfiller.fulfill(request('verified'));
    await fulfiller.fulfill(request('verified', 2));
    expect(methods()).toEqual(['POST', 'GET']);
  });

  it('moves an audit learner up to verified', async () => {
    await fulfiller.fulfill(request('audit'));
    await fulfiller.fulfill(request('verified', 2));
    expect(await fulfiller.verify(request('verified'))).toEqual({ reference: `${courseId} (verified)`, httpStatus: 200 });
  });

  it('enrolls again after the seat was taken back', async () => {
    await fulfiller.fulfill(request('audit'));
    await fulfiller.revoke(request('audit'));
    await fulfiller.fulfill(request('audit'));
    expect(lms.deliveredCount()).toBe(1);
  });
});

describe('revoke', () => {
  it('leaves no enrollment behind where there was none', async () => {
    await fulfiller.revoke(request('verified'));
    expect(methods()).toEqual(['GET']);
  });

  it('leaves an enrollment alone that is inactive already', async () => {
    await fulfiller.fulfill(request('verified'));
    await fulfiller.revoke(request('verified'));
    await fulfiller.revoke(request('verified'));
    expect(methods()).toEqual(['POST', 'GET', 'POST', 'GET']);
  });

  it('leaves a learner alone who has moved to another mode', async () => {
    await fulfiller.fulfill(request('verified'));
    await fulfiller.revoke(request('audit'));
    expect(await fulfiller.verify(request('verified'))).not.toBeNull();
  });
});

function request(mode: string, attempt = 1): FulfillmentRequest<Seat> {
  return {
    idempotencyKey: 'line-9',
    orderId: 'order-7',
    orderNumber: 'OF-100123',
    placedAt: new Date('2026-03-04T09:15:20.987Z'),
    learner: { username: 'learner1', email: 'learner1@example.com', address: '192.0.2.7' },
    quantity: 1,
    details: { courseId, mode },
    attempt,
    acceptedReference: null,
    signal: new AbortController().signal,
    remainingMs: () => 1_000,
  };
}

function methods(): string[] {
  return lms.calls.map(({ method }) => method);
}
