import { ApproveBody, RefundBody, RefundQuery, RetryBody } from './refunds.schema.js';

const LINE_ID = '0190f3a0-7b1c-7000-8000-000000000001';
const BODY = { orderNumber: 'OF-100001', reason: 'changed her mind' };

describe('what is asked for', () => {
  it.each([
    [{}],
    [{ lineIds: [LINE_ID] }],
    [{ amountMinor: 0 }],
    [{ amountMinor: Number.MAX_SAFE_INTEGER, access: 'keep' }],
    [{ access: 'caller' }],
  ])('may be %j', (change) => {
    expect(RefundBody.parse({ ...BODY, ...change })).toEqual({ ...BODY, ...change });
  });

  it.each([
    ['less than nothing', { amountMinor: -1 }, 'amountMinor'],
    ['half a cent', { amountMinor: 0.5 }, 'amountMinor'],
    ['what is no number', { amountMinor: Number.NaN }, 'amountMinor'],
    ['without end', { amountMinor: Number.POSITIVE_INFINITY }, 'amountMinor'],
    ['more than can be counted', { amountMinor: 2 ** 53 }, 'amountMinor'],
    ['a text', { amountMinor: '4900' }, 'amountMinor'],
    ['no lines', { lineIds: [] }, 'lineIds'],
    ['101 lines', { lineIds: Array.from({ length: 101 }, () => LINE_ID) }, 'lineIds'],
    ['what is no line', { lineIds: ['7'] }, 'lineIds'],
    ['other access', { access: 'ask' }, 'access'],
    ['no reason', { reason: undefined }, 'reason'],
    ['an empty reason', { reason: ' ' }, 'reason'],
    ['no order', { orderNumber: undefined }, 'orderNumber'],
    ['another currency', { currency: 'EUR' }, ''],
  ])('may not be %s', (_, change, path) => {
    const { error } = RefundBody.safeParse({ ...BODY, ...change });
    expect(error?.issues[0]?.path[0] ?? '').toBe(path);
    expect(error).toBeDefined();
  });
});

describe('what is decided', () => {
  it('has a reason, and may say what becomes of the access', () => {
    expect(ApproveBody.parse({ reason: 'ok', access: 'caller', lineIds: [LINE_ID.toUpperCase()] })).toEqual({ reason: 'ok', access: 'caller', lineIds: [LINE_ID] });
    expect(RetryBody.parse({ reason: 'ok', access: 'keep' })).toEqual({ reason: 'ok', access: 'keep' });
    for (const schema of [ApproveBody, RetryBody]) expect(schema.safeParse({}).success || schema.safeParse({ reason: 'ok', amountMinor: 5 }).success).toBe(false);
  });
});

describe('the filters of the list', () => {
  it('are read from the query', () => {
    expect(RefundQuery.parse({ status: 'money_error', origin: 'late', orderNumber: 'OF-1', learner: 'ann', failed: 'true', limit: '5' })).toEqual({ status: 'money_error', origin: 'late', orderNumber: 'OF-1', learner: 'ann', failed: true, limit: 5 });
    expect(RefundQuery.parse({ failed: 'false' })).toEqual({ failed: false, limit: 20 });
  });

  it.each([{ status: 'open' }, { origin: 'bank' }, { failed: 'yes' }, { amountMinor: '5' }])('refuse %j', (query) => {
    expect(RefundQuery.safeParse(query).success).toBe(false);
  });
});
