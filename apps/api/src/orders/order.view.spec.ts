import { Order, OrderLine, type OrderSnapshot } from '#orders';
import { orderDetailView, orderView } from './order.view.js';
import { OrderDetailSchema, OrderSchema } from './orders.schema.js';

const PLACED_AT = new Date('2026-11-22T10:00:00Z');
const LINE_ID = '0190f3a0-7b1c-7000-8000-000000000001';
const FAILURE = { kind: 'server', detail: 'The LMS is down for maintenance.', passing: true } as const;

const SNAPSHOT: OrderSnapshot = {
  id: '0190f3a0-7b1c-7000-8000-000000000000',
  number: 'OF-100001',
  status: 'fulfillment_error',
  currency: 'USD',
  totalMinor: 4_900,
  placedAt: PLACED_AT,
  expiresAt: null,
  learner: { username: 'alice', email: 'alice@example.com' },
  payment: { processor: 'invoice', reference: 'PO-7', status: 'settled' },
  lines: [
    {
      id: LINE_ID,
      sku: '8CF08E5',
      productType: 'seat',
      title: 'Biology One',
      quantity: 1,
      unitPriceMinor: 4_900,
      status: 'open',
      attempts: 1,
      failure: FAILURE,
      nextAttemptAt: new Date('2026-11-22T10:05:00Z'),
      receipt: null,
      acceptedUntil: null,
    },
  ],
};

/** What clients are promised, in full. */
const SEEN = {
  number: 'OF-100001',
  status: 'fulfillment_error',
  currency: 'USD',
  totalMinor: 4_900,
  placedAt: '2026-11-22T10:00:00.000Z',
  learner: { username: 'alice', email: 'alice@example.com' },
  payment: { processor: 'invoice', reference: 'PO-7', status: 'settled', expiresAt: null },
  lines: [
    {
      id: LINE_ID,
      sku: '8CF08E5',
      productType: 'seat',
      title: 'Biology One',
      quantity: 1,
      unitPriceMinor: 4_900,
      status: 'open',
      attempts: 1,
      failure: FAILURE,
      nextAttemptAt: '2026-11-22T10:05:00.000Z',
      receipt: null,
      acceptedUntil: null,
    },
  ],
};

/** Entities as the ORM leaves them, which only the ORM can make: their own methods, and columns beside them. */
function stored<Entity extends object>(entity: { prototype: Entity }, columns: object): Entity {
  return Object.assign(Object.create(entity.prototype) as Entity, columns);
}

function storedOrder(line: object, history: readonly object[] = []): Order {
  const { id, number, status, currency, totalMinor, placedAt } = SNAPSHOT;
  const { id: lineId, sku, productType, title, quantity, unitPriceMinor } = SEEN.lines[0] ?? {};
  const lines = [stored(OrderLine, { id: lineId, sku, productType, title, quantity, unitPriceMinor, learnerAddress: '192.0.2.7', claimId: 'claim-1', details: { secret: 'hunter2' }, attemptLog: [], ...line })];
  const columns = { id, number, status, currency, totalMinor, placedAt, learnerUsername: 'alice', learnerEmail: 'alice@example.com', placedBy: 'olga', emailOptIn: true };
  return stored(Order, { ...columns, paymentProcessor: 'invoice', paymentReference: 'PO-7', paymentStatus: 'settled', lines, history });
}

/** What the detail has of a line besides. */
const DETAIL = { paidAt: '2026-11-22T10:00:00.000Z', heldAt: null, givenUpAt: null, courseId: 'course-v1:AcmeX+BIO1+2026' };
const LINE_DETAIL = { paidAt: PLACED_AT, heldAt: null, givenUpAt: undefined, courseId: DETAIL.courseId };
const staff = { isStaff: true, username: 'alice' };

const FAILED_LINE = { ...LINE_DETAIL, status: 'open', attempts: 1, failureKind: 'server', failureDetail: FAILURE.detail, failurePassing: true, nextAttemptAt: new Date('2026-11-22T10:05:00Z') };

describe('an order as clients see it', () => {
  it('has what was promised and nothing else', () => {
    expect(orderView(SNAPSHOT)).toEqual(SEEN);
    expect(orderView(SNAPSHOT)).not.toHaveProperty('id');
  });

  it('is what the documentation says of it', () => {
    expect(OrderSchema.parse(orderView(SNAPSHOT))).toEqual(orderView(SNAPSHOT));
  });

  it('says null where there is nothing, so that every key is always there', () => {
    const [line] = SNAPSHOT.lines;
    const view = orderView({ ...SNAPSHOT, learner: { username: 'alice', email: null }, payment: { processor: 'free', reference: null, status: 'settled' }, lines: line ? [{ ...line, failure: null, nextAttemptAt: null }] : [] });
    expect(JSON.parse(JSON.stringify(view))).toMatchObject({ learner: { email: null }, payment: { reference: null }, lines: [{ failure: null, nextAttemptAt: null, receipt: null }] });
  });

  it('says until when it waits for its money, and what is to be done about that to who asks', () => {
    const waiting: OrderSnapshot = { ...SNAPSHOT, status: 'pending', expiresAt: new Date('2026-11-22T11:00:00Z'), payment: { processor: 'stripe', reference: null, status: 'pending' } };
    const step = { processor: 'paypal', action: { type: 'redirect', url: 'https://paypal.example.com/pay' }, declined: null, problem: null } as const;
    const { payment } = orderView(waiting, step);
    expect(payment).toEqual({ reference: null, status: 'pending', expiresAt: '2026-11-22T11:00:00.000Z', ...step });
    expect(orderView(waiting).payment).toEqual({ processor: 'stripe', reference: null, status: 'pending', expiresAt: '2026-11-22T11:00:00.000Z' });
    expect(OrderSchema.parse(orderView(waiting, step))).toEqual(orderView(waiting, step));
  });

  it('reads the same when it is stored and replayed', () => {
    expect(JSON.parse(JSON.stringify(orderView(SNAPSHOT)))).toEqual(orderView(SNAPSHOT));
  });
});

describe('an order in detail', () => {
  const attempt = { startedAt: PLACED_AT, endedAt: new Date('2026-11-22T10:00:07Z'), durationMs: 7_000, purpose: 'deliver', outcome: 'unknown', httpStatus: 503, requestedBy: 'checkout:alice', detail: FAILURE.detail };
  const placed = { id: 1, at: PLACED_AT, actor: 'olga', event: 'place', fromStatus: undefined, toStatus: 'open', reason: undefined, lineId: undefined, change: undefined };

  const CHANGE = { learner: { from: { username: 'alicia', email: null }, to: { username: 'alice', email: null } } };

  it('is the order with its attempts and its history', () => {
    const order = storedOrder({ ...FAILED_LINE, attemptLog: [{ ...attempt, claimId: 'claim-1' }] }, [placed, { ...placed, event: 'resubmit', fromStatus: 'failed', reason: 'the LMS is back', lineId: LINE_ID }]);
    expect(orderDetailView(order, staff)).toEqual({
      ...SEEN,
      lines: [{ ...SEEN.lines[0], ...DETAIL, attemptLog: [{ ...attempt, startedAt: '2026-11-22T10:00:00.000Z', endedAt: '2026-11-22T10:00:07.000Z' }] }],
      history: [
        { at: '2026-11-22T10:00:00.000Z', actor: 'olga', event: 'place', from: null, to: 'open', reason: null, lineId: null, change: null },
        { at: '2026-11-22T10:00:00.000Z', actor: 'olga', event: 'resubmit', from: 'failed', to: 'open', reason: 'the LMS is back', lineId: LINE_ID, change: null },
      ],
    });
  });

  it('shows an attempt that has not ended as such', () => {
    const running = { ...attempt, endedAt: undefined, durationMs: undefined, outcome: 'pending', httpStatus: undefined, detail: undefined };
    const [line] = orderDetailView(storedOrder({ ...FAILED_LINE, attemptLog: [running] }), staff).lines;
    expect(line?.attemptLog).toMatchObject([{ outcome: 'pending', endedAt: null, durationMs: null, httpStatus: null, detail: null }]);
  });

  it('is what the documentation says of it', () => {
    const line = { ...FAILED_LINE, heldAt: PLACED_AT, givenUpAt: PLACED_AT, courseId: undefined, attemptLog: [attempt] };
    const view = orderDetailView(storedOrder(line, [placed, { ...placed, event: 'correctLearner', change: CHANGE }]), staff);
    expect(OrderDetailSchema.parse(view)).toEqual(view);
    expect(view.history.at(-1)?.change).toEqual(CHANGE);
  });

  it('keeps to itself where the learner was, who holds the line, and what the product is made of', () => {
    const order = () => storedOrder({ ...FAILED_LINE, attemptLog: [{ ...attempt, claimId: 'claim-1' }] }, [placed]);
    for (const isStaff of [true, false]) expect(JSON.stringify(orderDetailView(order(), { isStaff, username: 'alice' }))).not.toMatch(/192\.0\.2\.7|claim-1|hunter2/);
  });

  it('does not tell a learner what operators changed: another learner, or what the product is made of', () => {
    const order = storedOrder({ ...FAILED_LINE, attemptLog: [] }, [{ ...placed, change: CHANGE }]);
    expect(orderDetailView(order, { isStaff: false, username: 'alice' }).history).toMatchObject([{ change: null }]);
  });

  it('names to a learner nobody but himself: neither staff, nor who it was for before a correction', () => {
    const before = { ...attempt, startedAt: new Date(PLACED_AT.getTime() - 60_000), requestedBy: 'checkout:alicia', detail: 'The user alicia does not exist.' };
    const order = storedOrder({ ...FAILED_LINE, attemptLog: [before, { ...attempt, startedAt: new Date(PLACED_AT.getTime() + 60_000), requestedBy: 'operator:olga' }] }, [
      { ...placed, actor: 'alicia' },
      { ...placed, actor: 'olga', event: 'correctLearner', change: CHANGE, reason: 'alicia was a mistake' },
      { ...placed, actor: 'alice', event: 'fulfil' },
    ]);
    const view = orderDetailView(order, { isStaff: false, username: 'alice' });
    expect(view.history.map(({ actor, reason }) => [actor, reason])).toEqual([['staff', null], ['staff', null], ['alice', null]]);
    expect(view.lines[0]?.attemptLog.map(({ requestedBy, detail }) => [requestedBy, detail])).toEqual([['checkout', null], ['operator', FAILURE.detail]]);
    expect(JSON.stringify(view)).not.toMatch(/alicia|olga/);
  });
});
