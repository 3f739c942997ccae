import { type DeliveryFailure, type FulfillmentRequest, isDeliveryFailure, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { CodeBookAwayError } from './code-book.js';
import { FakeCodeBook } from './code-book.fake.js';
import { type EnrollmentCodeDetails, EnrollmentCodeOptions } from './enrollment-code.js';
import { EnrollmentCodeFulfiller } from './enrollment-code.fulfiller.js';

const DETAILS: EnrollmentCodeDetails = { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' };
const TAKEN_BACK = { kind: 'rejected', passing: false, mayHaveArrived: false, readBack: false, detail: expect.stringMatching(/^The codes of this line were taken back/) };

let book: FakeCodeBook;
let fulfiller: EnrollmentCodeFulfiller;
beforeEach(() => {
  book = new FakeCodeBook();
  fulfiller = new EnrollmentCodeFulfiller(book, { validDays: 30 });
});

function request(change: Partial<FulfillmentRequest<EnrollmentCodeDetails>> = {}): FulfillmentRequest<EnrollmentCodeDetails> {
  return {
    idempotencyKey: 'line-1', orderId: 'order-1', orderNumber: 'OF-7', placedAt: new Date(0), learner: { username: 'buyer', email: null, address: null },
    quantity: 10, details: DETAILS, attempt: 1, acceptedReference: null, signal: new AbortController().signal, remainingMs: () => 1_000, ...change,
  };
}

async function failure(call: Promise<unknown>): Promise<DeliveryFailure> {
  const thrown: unknown = await call.then(() => null, (error: unknown) => error);
  if (!isDeliveryFailure(thrown)) throw new Error(`No failure: ${String(thrown)}`);
  return thrown;
}

describe('enrollment codes', () => {
  it('are issued to the line, in the quantity that was bought, and counted in the receipt', async () => {
    expect(await fulfiller.fulfill(request())).toEqual({ reference: '10 enrollment codes for course-v1:AcmeX+BIO1+2026 (verified)' });
    expect(book.batches).toEqual([{ quantity: 10, orderNumber: 'OF-7', ...DETAILS, validDays: 30 }]);
    expect((await fulfiller.fulfill(request({ idempotencyKey: 'line-2', quantity: 1 }))).reference).toMatch(/^1 enrollment code for/);
  });

  it('are there when all of them are there', async () => {
    await fulfiller.fulfill(request());
    expect(await fulfiller.verify(request())).toEqual({ reference: '10 enrollment codes for course-v1:AcmeX+BIO1+2026 (verified)' });
    expect(await fulfiller.verify(request({ quantity: 11 }))).toBeNull();
  });

  it('stay where they were redeemed, when the others are voided', async () => {
    await fulfiller.fulfill(request());
    book.redeem('line-1', 3);
    await fulfiller.revoke(request());
    expect(await fulfiller.verify(request())).toEqual({ reference: '3 of 10 enrollment codes, which were redeemed' });
  });

  it.each([0, 3])('are not issued again after they were voided, %i of them redeemed', async (redeemed) => {
    await fulfiller.fulfill(request());
    book.redeem('line-1', redeemed);
    await fulfiller.revoke(request());
    expect(await failure(fulfiller.fulfill(request({ attempt: 2 })))).toMatchObject(TAKEN_BACK);
    expect(await book.standing('line-1')).toEqual({ issued: 10, redeemed, voided: 10 - redeemed });
  });

  it('are not issued after the line was taken back, when none had been: that is no receipt', async () => {
    await fulfiller.revoke(request());
    expect(await fulfiller.verify(request())).toBeNull();
    expect(await failure(fulfiller.fulfill(request()))).toMatchObject(TAKEN_BACK);
    expect(await book.standing('line-1')).toEqual({ issued: 10, redeemed: 0, voided: 10 });
    expect(await fulfiller.verify(request())).toBeNull();
  });

  it('are not written by who is told that his time is over', async () => {
    const onCall = () => {
      throw new Error('out of time');
    };
    await expect(fulfiller.fulfill(request({ onCall }))).rejects.toThrow('out of time');
    await expect(fulfiller.revoke(request({ onCall }))).rejects.toThrow('out of time');
    expect(book.batches).toEqual([]);
    expect(await book.standing('line-1')).toMatchObject({ issued: 0 });
  });
});

describe('while the book is away', () => {
  const error = new CodeBookAwayError({ cause: new Error('ECONNREFUSED') });

  it.each(['before', 'after'] as const)('a write is in doubt, and tried again (%s it)', async (when) => {
    book.fault = { when, error };
    for (const verb of ['fulfill', 'revoke'] as const) expect(await failure(fulfiller[verb](request()))).toMatchObject({ kind: 'network', passing: true, mayHaveArrived: true, readBack: true });
  });

  it('a look is passing, and not an absence', async () => {
    book.fault = { when: 'before', error };
    expect(await failure(fulfiller.verify(request()))).toMatchObject({ kind: 'network', passing: true, mayHaveArrived: false });
  });

  it('a bug stays a bug', async () => {
    book.fault = { when: 'before', error: new TypeError('a bug') };
    for (const verb of ['fulfill', 'verify', 'revoke'] as const) await expect(fulfiller[verb](request())).rejects.toThrow(TypeError);
  });
});

describe('the options of enrollment codes', () => {
  it('let codes live for ten years, or as long as is said', () => {
    expect(parseOrFail(EnrollmentCodeOptions, {}, 'options')).toEqual({ validDays: 3_640 });
    expect(parseOrFail(EnrollmentCodeOptions, { validDays: 1 }, 'options')).toEqual({ validDays: 1 });
  });

  it.each([[{ validDays: 0 }], [{ validDays: 1.5 }], [{ validDays: '30' }], [{ validDays: 36_501 }], [{ days: 30 }]])('are refused: %j', (options) => {
    expect(() => parseOrFail(EnrollmentCodeOptions, options, 'options')).toThrow(/Wrong options/);
  });
});
