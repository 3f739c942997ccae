import { OrderNumber, OrderQuery, ReasonBody } from './orders.schema.js';

/** Where a query is wrong, as paths. */
function wrong(query: unknown): string[] {
  return (OrderQuery.safeParse(query).error?.issues ?? []).map(({ path }) => path.join('.'));
}

describe('the filters of a list', () => {
  it('may all be left out: 20 orders then', () => {
    expect(OrderQuery.parse({})).toEqual({ limit: 20 });
  });

  it('may all be given', () => {
    const query = { status: 'fulfillment_error', failureKind: 'server', sku: '8CF08E5', learner: 'learner1', placedAfter: '2026-11-22T10:00:00Z', placedBefore: '2026-11-22T12:00:00.5+02:00', cursor: 'abc' };
    expect(OrderQuery.parse({ ...query, limit: '100' })).toEqual({ ...query, limit: 100 });
  });

  it.each(['0', '-1', '101', '1.5', '', ' ', 'ten', 'NaN', 'Infinity', '1e9', '9007199254740993', ['1', '2'], { gt: '1' }, null])('may not ask for %j orders', (limit) => {
    expect(wrong({ limit })).toEqual(expect.arrayContaining(['limit']));
  });

  it.each([
    ['status', 'lost'],
    ['status', 'complete; drop table orders'],
    ['status', ''],
    ['status', '__proto__'],
    ['status', ['open', 'complete']],
    ['failureKind', 'Server'],
    ['failureKind', 'constructor'],
    ['sku', "A' OR 1=1 --"],
    ['sku', ''],
    ['sku', ['A', 'B']],
    ['sku', { $ne: 'A' }],
    ['learner', 'a/b'],
    ['learner', 'a\0'],
    ['learner', '%'],
    ['learner', ['alice', 'bob']],
    ['placedAfter', '2026-11-22'],
    ['placedAfter', '2026-11-22 10:00:00'],
    ['placedAfter', '2026-11-22T10:00:00'],
    ['placedAfter', '2026-02-30T10:00:00Z'],
    ['placedAfter', '2026-11-22T25:00:00Z'],
    ['placedAfter', '2026-11-22T10:00:00+99:99'],
    ['placedAfter', '+275760-09-14T00:00:00Z'],
    ['placedAfter', '1795341600'],
    ['placedAfter', 'now()'],
    ['placedAfter', '２０２６-11-22T10:00:00Z'],
    ['placedBefore', ''],
    ['placedBefore', 'infinity'],
    ['placedBefore', ['2026-11-22T10:00:00Z']],
    ['cursor', 'x'.repeat(201)],
    ['cursor', ['x']],
  ])('are wrong with %s %j', (name, value) => {
    expect(wrong({ [name]: value })).toEqual([name]);
  });

  it('are none that nobody knows, by their names', () => {
    expect(OrderQuery.safeParse({ state: 'open', order: 'asc' }).error?.issues[0]?.message).toMatch(/"state".*"order"/);
  });

  it.each(['0001-01-01T00:00:00Z', '2028-02-29T23:59:59.999999999Z', '9999-12-31T23:59:59-23:59'])('may be limited by any time that there is: %s', (placedAfter) => {
    expect(OrderQuery.parse({ placedAfter }).placedAfter).toBe(placedAfter);
    expect(new Date(placedAfter).getTime()).not.toBeNaN();
  });

  it.each(['0x10', '1e1', ' 5 '])('may not spell a limit as %j', (limit) => {
    expect(wrong({ limit })).toEqual(['limit']);
  });
});

describe('an operator', () => {
  it('gives a reason, kept without the blanks around it', () => {
    expect(ReasonBody.parse({ reason: ' the LMS is back ' })).toEqual({ reason: 'the LMS is back' });
  });

  it.each([undefined, null, {}, { reason: '' }, { reason: '  ' }, { reason: null }, { reason: 'a\0b' }, { reason: '\ud800' }, { reason: 'x'.repeat(501) }, { reason: ['x'] }, { reason: 'x', force: true }])('cannot do without one, as in %j', (body) => {
    expect(ReasonBody.safeParse(body).success).toBe(false);
  });
});

describe('an order number', () => {
  it.each(['OF-100001', 'of-1', '7', 'x'.repeat(40)])('may be %j', (number) => {
    expect(OrderNumber.parse(number)).toBe(number);
  });

  // PostgreSQL takes no NUL: the question for such an order would fail instead of finding none.
  it.each(['', ' ', 'OF 1', 'OF-1\n', 'OF-\0', 'OF-\ud800', '../OF-1', 'OF-1/cancel', "' OR 1=1 --", '%', 'OF–1', 'ＯＦ-1', 'x'.repeat(41), null, 7, ['OF-1']])('may not be %j', (number) => {
    expect(OrderNumber.safeParse(number).success).toBe(false);
  });
});
