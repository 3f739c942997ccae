import { LmsModule } from '#lms';
import { jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Fulfiller, FulfillmentRequest } from '@order-fulfillment/fulfiller-kit';
import { StubProvider } from '@order-fulfillment/fulfiller-kit/conformance';
import type { EntitledCourse } from './entitled-course.js';
import EntitlementFulfillerModule from './index.js';
import { StubLms } from './stub-lms.js';

const courseUuid = '4f8c2f9e-7c1b-4a53-9d4e-1f0b6a2c3d4e';
const OAUTH = { clientId: 'our-client', clientSecret: 's3cret' };
const stub = new StubLms();
const lms = new StubProvider(stub);
let app: TestingModule;
let fulfiller: Fulfiller<EntitledCourse>;

async function build(oauth: typeof OAUTH | null): Promise<TestingModule> {
  const plugin = EntitlementFulfillerModule.register({ token, productType: 'entitlement', options: {}, timeoutMs: 10_000 });
  return Test.createTestingModule({ imports: [LmsModule.forRoot({ url: lms.url, apiKey: 's3cret-api-key', oauth }), plugin] }).compile();
}

const token = Symbol('entitlement');
beforeAll(() => lms.start());
beforeEach(async () => {
  lms.reset();
  app = await build(OAUTH);
  fulfiller = app.get<Fulfiller<EntitledCourse>>(token, { strict: false });
});
afterEach(() => app.close());
afterAll(() => lms.stop());

describe('fulfill', () => {
  it('gives one by one call, and shows which', async () => {
    const receipt = await fulfiller.fulfill(request());
    const [given] = stub.all();
    expect(receipt).toEqual({ reference: `${given?.uuid} for course ${courseUuid} (verified)`, httpStatus: 201 });
    expect(methods()).toEqual(['POST']);
    expect(calls()[0]?.body).toEqual({ user: 'learner1', course_uuid: courseUuid, mode: 'verified', order_number: 'OF-100123', email_opt_in: false });
  });

  it('looks before it gives on a second attempt', async () => {
    const first = await fulfiller.fulfill(request());
    expect(await fulfiller.fulfill(request({ attempt: 2 }))).toEqual({ ...first, httpStatus: 200 });
    expect(methods()).toEqual(['POST', 'GET']);
  });

  it('finds the one that a first attempt, lost to a crash, has left', async () => {
    const first = await fulfiller.fulfill(request());
    expect(await fulfiller.fulfill(request())).toEqual({ ...first, httpStatus: 200 });
    expect(methods()).toEqual(['POST', 'POST', 'GET']);
  });

  it('gives an order one of each course, and every order its own', async () => {
    await fulfiller.fulfill(request());
    await fulfiller.fulfill(request({ orderNumber: 'OF-100124' }));
    await fulfiller.fulfill(request({ details: { courseUuid: courseUuid.replace('4f', '5f'), mode: 'verified' } }));
    expect(lms.deliveredCount()).toBe(3);
  });

  it.each([
    ['has expired', () => fulfiller.revoke(request()), {}],
    ['is in the mode verified', () => Promise.resolve(), { details: { courseUuid, mode: 'professional' } }],
  ])('says of the order that has one which %s why it gives no second', async (state, happens, changes) => {
    await fulfiller.fulfill(request());
    await happens();
    for (const attempt of [1, 2]) {
      const failed = fulfiller.fulfill(request({ ...changes, attempt }));
      await expect(failed).rejects.toMatchObject({ kind: 'rejected', passing: false, readBack: false, httpStatus: 400, detail: `The order has entitlement ${stub.all()[0]?.uuid} to this course, which ${state}: the LMS gives it no second one.` });
    }
    expect(stub.all()).toHaveLength(1);
  });

  it('says what is wrong when a 400 is about something else', async () => {
    const answer = stub.answer.bind(stub);
    jest.spyOn(stub, 'answer').mockImplementation((call) => (call.body !== undefined && 'mode' in (call.body as object) ? { status: 400, body: { user: ['Object with username=learner1 does not exist.'] } } : answer(call)));
    await expect(fulfiller.fulfill(request())).rejects.toMatchObject({ kind: 'rejected', passing: true, httpStatus: 400, detail: 'user: Object with username=learner1 does not exist.' });
    jest.restoreAllMocks();
  });

  it('does not give one where several were paid for', async () => {
    await expect(fulfiller.fulfill(request({ quantity: 2 }))).rejects.toMatchObject({ kind: 'configuration', detail: expect.stringContaining('set maxQuantity of its product type to 1') as unknown });
    expect(calls()).toEqual([]);
  });
});

describe('verify', () => {
  it('finds what is in the mode that was sold', async () => {
    await fulfiller.fulfill(request());
    expect(await fulfiller.verify(request())).toMatchObject({ httpStatus: 200 });
    expect(await fulfiller.verify(request({ details: { courseUuid, mode: 'professional' } }))).toBeNull();
    expect(await fulfiller.verify(request({ orderNumber: 'OF-100124' }))).toBeNull();
  });
});

describe('revoke', () => {
  it('looks, takes back, and has nothing to do the second time', async () => {
    await fulfiller.fulfill(request());
    await fulfiller.revoke(request());
    await fulfiller.revoke(request());
    expect(methods()).toEqual(['POST', 'GET', 'DELETE', 'GET']);
    expect(lms.deliveredCount()).toBe(0);
  });

  it('leaves one alone that another line of the order has, or another order', async () => {
    await fulfiller.fulfill(request());
    await fulfiller.revoke(request({ details: { courseUuid, mode: 'professional' } }));
    await fulfiller.revoke(request({ orderNumber: 'OF-100124' }));
    expect(lms.deliveredCount()).toBe(1);
  });
});

it('calls nobody without an OAuth application, and says which variables to set', async () => {
  await app.close();
  app = await build(null);
  fulfiller = app.get<Fulfiller<EntitledCourse>>(token, { strict: false });
  for (const verb of ['fulfill', 'verify', 'revoke'] as const) {
    const sentence = 'An entitlement needs a user of the LMS: set LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET to an OAuth application of the LMS whose owner is staff.';
    await expect(fulfiller[verb](request())).rejects.toMatchObject({ kind: 'configuration', passing: false, everywhere: true, detail: sentence });
  }
  expect(lms.calls).toEqual([]);
});

it('takes a UUID as people write it', () => {
  expect(fulfiller.parseDetails({ courseUuid: courseUuid.toUpperCase(), mode: 'verified' })).toEqual({ courseUuid, mode: 'verified' });
});

function request(changes: Partial<FulfillmentRequest<EntitledCourse>> = {}): FulfillmentRequest<EntitledCourse> {
  return {
    idempotencyKey: 'line-9',
    orderId: 'order-7',
    orderNumber: 'OF-100123',
    placedAt: new Date('2026-03-04T09:15:20.987Z'),
    learner: { username: 'learner1', email: 'learner1@example.com', address: '192.0.2.7' },
    quantity: 1,
    details: { courseUuid, mode: 'verified' },
    attempt: 1,
    acceptedReference: null,
    signal: new AbortController().signal,
    remainingMs: () => 30_000,
    ...changes,
  };
}

/** Without those for a token. */
function calls() {
  return lms.calls.filter(({ path }) => path.startsWith('/api/'));
}

function methods(): string[] {
  return calls().map(({ method }) => method);
}
