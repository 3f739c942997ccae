import type { PaymentProcessor, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { ScriptedGateway, processorOf } from '../gateway-calls/scripted.fake.js';
import PayPalProcessorModule from './index.js';

const ID = '5O190127TN364715T';
const CAPTURE_ID = '3C679366HH908993F';
const [ORDERS, TOKEN, DISPUTES] = ['/v2/checkout/orders', '/v1/oauth2/token', '/v1/customer/disputes'] as const;
const [ORDER, REFUNDS] = [`${ORDERS}/${ID}`, `/v2/payments/captures/${CAPTURE_ID}/refund`] as const;
const PAYMENT_ID = '7d3f9f4e-5f0a-4c07-9d54-0f2b0f9f6a11';
const REFUND_ID = '0b9a6c7e-1d2e-4f3a-8b4c-5d6e7f8a9b0c';
const PAYMENT: StartedPayment = {
  ...{ paymentId: PAYMENT_ID, orderNumber: 'OF-100042', amountMinor: 4_900, currency: 'USD', description: 'Order OF-100042' },
  ...{ reference: ID, captureReference: null, signal: new AbortController().signal },
};
/** The answer to the first start is not known. */
const NEW: StartedPayment = { ...PAYMENT, reference: null };
const REFUND: RefundRequest = { refundId: REFUND_ID, key: 'refund-1', amountMinor: 1_000 };
const SECRET = 'a-client-secret';
const gateway = new ScriptedGateway();
let processor: PaymentProcessor;
let close: () => Promise<void>;

beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(async () => {
  gateway.reset();
  gateway.on(`POST ${TOKEN}`, token('one'));
  const page = 'https://shop.example.com/orders/{orderNumber}';
  const written = { clientId: 'a-client', clientSecret: SECRET, webhookId: 'WH-1', apiUrl: `${gateway.url}/`, returnUrl: `${page}/paid`, cancelUrl: page, brandName: 'The Academy' };
  ({ processor, close } = await processorOf(PayPalProcessorModule, written));
});
afterEach(() => close());

const ok = (body: object, status = 200) => ({ status, body });
const token = (value: string) => ok({ access_token: value, token_type: 'Bearer', expires_in: 32_400 });
const usd = (value: string) => ({ currency_code: 'USD', value });
const order = (changes: object = {}, payments: object = {}) => ({
  ...{ id: ID, status: 'PAYER_ACTION_REQUIRED', links: [{ rel: 'self', href: 'https://x' }, { rel: 'payer-action', href: 'https://www.paypal.com/checkoutnow?token=1' }] },
  ...{ purchase_units: [{ amount: usd('49.00'), custom_id: PAYMENT_ID, invoice_id: 'OF-100042-0f9f6a11', payments }], ...changes },
});
const capture = (changes: object = {}) => ({ id: CAPTURE_ID, status: 'COMPLETED', amount: usd('49.00'), ...changes });
const refund = (changes: object = {}) => ({ id: '1JU08902781691411', status: 'COMPLETED', amount: usd('10.00'), custom_id: REFUND_ID, ...changes });
const taken = (refunds: readonly object[] = []) => ok(order({ status: 'COMPLETED' }, { captures: [capture()], refunds }));
const refused = (issue: string, description = 'No.') => ({ status: 422, body: { name: 'UNPROCESSABLE_ENTITY', details: [{ issue, description }], message: 'Semantically incorrect.' } });

async function failureOf(work: Promise<unknown>): Promise<GatewayFailure> {
  const ended = await work.then(() => 'It succeeded.', (reason: unknown) => reason);
  if (ended instanceof GatewayFailure) return ended;
  throw new Error(`No GatewayFailure, but ${String(ended)}`);
}

it('asks for a payment in the words of PayPal', async () => {
  gateway.on(`POST ${ORDERS}`, ok(order(), 201));
  const { payment, action } = await processor.start(NEW);
  const { headers, body } = gateway.last(`POST ${ORDERS}`);
  expect(JSON.parse(body)).toEqual({
    intent: 'CAPTURE',
    purchase_units: [{ custom_id: PAYMENT_ID, invoice_id: 'OF-100042-0f9f6a11', description: 'Order OF-100042', amount: usd('49.00') }],
    payment_source: {
      paypal: {
        experience_context: {
          ...{ return_url: 'https://shop.example.com/orders/OF-100042/paid', cancel_url: 'https://shop.example.com/orders/OF-100042' },
          ...{ user_action: 'PAY_NOW', shipping_preference: 'NO_SHIPPING', brand_name: 'The Academy' },
        },
      },
    },
  });
  expect(headers).toMatchObject({ authorization: 'Bearer one', 'paypal-request-id': PAYMENT_ID, prefer: 'return=representation' });
  expect(payment).toMatchObject({ reference: ID, status: 'unpaid', amountMinor: 4_900, currency: 'USD', paymentId: PAYMENT_ID, orderNumber: 'OF-100042' });
  expect(action).toEqual({ type: 'redirect', url: 'https://www.paypal.com/checkoutnow?token=1' });
});

it('reads an order back that may have been made before', async () => {
  gateway.on(`POST ${ORDERS}`, ok(order())).on(`GET ${ORDER}`, taken()).on(`GET ${DISPUTES}`, ok({}));
  expect(await processor.start(NEW)).toMatchObject({ payment: { status: 'captured' }, action: null });
});

it('reads the order back that is known, and makes none: PayPal forgets a request long before an order waits no more', async () => {
  gateway.on(`GET ${ORDER}`, ok(order()));
  expect(await processor.start(PAYMENT)).toMatchObject({ payment: { reference: ID, status: 'unpaid' }, action: { url: 'https://www.paypal.com/checkoutnow?token=1' } });
  expect(gateway.asked).not.toContain(`POST ${ORDERS}`);
});

it('makes no other order for one that PayPal has forgotten: it can never be paid', async () => {
  gateway.on(`GET ${ORDER}`, { status: 404, body: { name: 'RESOURCE_NOT_FOUND', details: [{ issue: 'INVALID_RESOURCE_ID' }] } });
  expect(await processor.start(PAYMENT)).toMatchObject({ payment: { reference: ID, status: 'canceled', paymentId: PAYMENT_ID }, action: null });
  expect(gateway.asked).not.toContain(`POST ${ORDERS}`);
});

it.each(['javascript:alert(1)', 'http://www.paypal.com/', undefined])('sends no buyer to %s', async (href) => {
  gateway.on(`POST ${ORDERS}`, ok(order({ links: href === undefined ? [] : [{ rel: 'payer-action', href }] }), 201));
  expect(await failureOf(processor.start(NEW))).toMatchObject({ kind: 'server', mayHaveArrived: true });
});

it.each([
  ['CREATED', 'unpaid'],
  ['SAVED', 'unpaid'],
  ['PAYER_ACTION_REQUIRED', 'unpaid'],
  ['APPROVED', 'approved'],
  ['VOIDED', 'canceled'],
  ['COMPLETED', 'canceled'],
])('reads an order without a capture that is %s as %s', async (status, expected) => {
  gateway.on(`GET ${ORDER}`, ok(order({ status })));
  expect(await processor.verify(PAYMENT)).toMatchObject({ status: expected, capturedMinor: 0, captureReference: null });
});

it.each([
  ['COMPLETED', 'captured', 4_900],
  ['PARTIALLY_REFUNDED', 'captured', 4_900],
  ['REFUNDED', 'captured', 4_900],
  ['PENDING', 'processing', 0],
  ['DECLINED', 'canceled', 0],
  ['FAILED', 'canceled', 0],
])('reads a capture that is %s as %s', async (status, expected, capturedMinor) => {
  gateway.on(`GET ${ORDER}`, ok(order({ status: 'COMPLETED' }, { captures: [capture({ status, status_details: { reason: 'ECHECK' } })] }))).on(`GET ${DISPUTES}`, ok({ items: [] }));
  const isDeclined = expected === 'canceled';
  expect(await processor.verify(PAYMENT)).toMatchObject({ status: expected, capturedMinor, captureReference: capturedMinor > 0 ? CAPTURE_ID : null, declined: isDeclined ? 'ECHECK' : null });
});

it('reads refunds and disputes, and asks how a dispute ended', async () => {
  const dispute = (id: string, changes: object = {}) => ({ dispute_id: id, status: 'RESOLVED', dispute_amount: usd('49.00'), ...changes });
  gateway
    .on(`GET ${ORDER}`, taken([refund(), refund({ id: 'R2', status: 'CANCELLED', custom_id: 'from the console', status_details: { reason: 'ECHECK' } }), refund({ id: 'R3', status: 'PENDING', custom_id: undefined })]))
    .on(`GET ${DISPUTES}`, ok({ items: [dispute('PP-D-1', { status: 'WAITING_FOR_SELLER_RESPONSE' }), dispute('PP-D-2'), dispute('PP-D-3')] }))
    .on(`GET ${DISPUTES}/PP-D-2`, ok(dispute('PP-D-2', { dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' } })))
    .on(`GET ${DISPUTES}/PP-D-3`, ok(dispute('PP-D-3', { dispute_outcome: { outcome_code: 'CANCELED_BY_BUYER' } })));
  expect(await processor.verify(PAYMENT)).toMatchObject({
    refunds: [
      { refundId: REFUND_ID, amountMinor: 1_000, status: 'succeeded', detail: null },
      { reference: 'R2', refundId: null, status: 'failed', detail: 'ECHECK' },
      { reference: 'R3', refundId: null, status: 'pending' },
    ],
    disputes: [{ reference: 'PP-D-1', status: 'open', amountMinor: 4_900 }, { status: 'lost' }, { status: 'won' }],
  });
  expect(gateway.last(`GET ${DISPUTES}`).query.get('disputed_transaction_id')).toBe(CAPTURE_ID);
});

it.each([
  ['more decimals than there are', { purchase_units: [{ amount: usd('49.005') }] }],
  ['a negative amount', { purchase_units: [{ amount: usd('-49.00') }] }],
  ['an amount in words', { purchase_units: [{ amount: usd('forty-nine') }] }],
  ['two parts', { purchase_units: [{ amount: usd('49.00') }, { amount: usd('1.00') }] }],
  ['no part', { purchase_units: [] }],
  ['a status that nobody knows', { status: 'MELTED' }],
])('believes no order with %s', async (_what, changes) => {
  gateway.on(`GET ${ORDER}`, ok(order(changes)));
  expect(await failureOf(processor.verify(PAYMENT))).toMatchObject({ kind: 'server', passing: true, mayHaveArrived: false });
});

it('believes no capture in another currency than its order', async () => {
  gateway.on(`GET ${ORDER}`, ok(order({ status: 'COMPLETED' }, { captures: [capture({ amount: { currency_code: 'EUR', value: '49.00' } })] })));
  expect(await failureOf(processor.verify(PAYMENT))).toMatchObject({ kind: 'server' });
});

describe('confirm', () => {
  const CAPTURE = `POST ${ORDER}/capture`;
  const approved = ok(order({ status: 'APPROVED' }));

  it('takes the money under a key of its own, and believes what is written down, not the answer', async () => {
    gateway.on(`GET ${ORDER}`, approved, ok(order({ status: 'COMPLETED' }, { captures: [capture({ status: 'PENDING' })] }))).on(CAPTURE, ok({ status: 'COMPLETED' }, 201));
    expect(await processor.confirm(PAYMENT)).toMatchObject({ status: 'processing', capturedMinor: 0 });
    expect(gateway.last(CAPTURE).headers['paypal-request-id']).toBe(`capture-${PAYMENT_ID}`);
  });

  it.each(['INSTRUMENT_DECLINED', 'PAYER_ACTION_REQUIRED', 'TRANSACTION_REFUSED'])('tells of %s', async (issue) => {
    gateway.on(`GET ${ORDER}`, approved).on(CAPTURE, refused(issue, 'The bank said no.'));
    expect(await processor.confirm(PAYMENT)).toMatchObject({ status: 'unpaid', capturedMinor: 0, declined: expect.stringContaining('The bank said no.') });
  });

  it('reads back what another took meanwhile', async () => {
    gateway.on(`GET ${ORDER}`, approved, taken()).on(CAPTURE, refused('ORDER_ALREADY_CAPTURED'));
    expect(await processor.confirm(PAYMENT)).toMatchObject({ status: 'captured', captureReference: CAPTURE_ID });
  });

  it('says that something may have arrived when the reading after it fails', async () => {
    gateway.on(`GET ${ORDER}`, approved, { status: 503 }).on(CAPTURE, ok({}, 201));
    expect(await failureOf(processor.confirm(PAYMENT))).toMatchObject({ kind: 'server', mayHaveArrived: true });
  });

  it.each([
    ['DUPLICATE_INVOICE_ID', true],
    ['COMPLIANCE_VIOLATION', false],
  ])('gives up after %s', async (issue, mayHaveArrived) => {
    gateway.on(`GET ${ORDER}`, approved).on(CAPTURE, refused(issue));
    expect(await failureOf(processor.confirm(PAYMENT))).toMatchObject({ kind: 'rejected', passing: false, mayHaveArrived });
  });
});

describe('cancel', () => {
  it.each(['PAYER_ACTION_REQUIRED', 'APPROVED', 'VOIDED'])('needs no call for an order that is %s', async (status) => {
    gateway.on(`GET ${ORDER}`, ok(order({ status })));
    expect(await processor.cancel(PAYMENT)).toMatchObject({ reference: ID, status: 'canceled', capturedMinor: 0 });
    expect(gateway.asked.filter((asked) => asked !== `POST ${TOKEN}`)).toEqual([`GET ${ORDER}`]);
  });

  it('leaves what is under way, and what was taken', async () => {
    gateway.on(`GET ${ORDER}`, ok(order({ status: 'COMPLETED' }, { captures: [capture({ status: 'PENDING' })] })), taken()).on(`GET ${DISPUTES}`, ok({}));
    expect(await processor.cancel(PAYMENT)).toMatchObject({ status: 'processing' });
    expect(await processor.cancel(PAYMENT)).toMatchObject({ status: 'captured' });
  });

  it('knows that nobody pays what PayPal has forgotten', async () => {
    gateway.on(`GET ${ORDER}`, { status: 404, body: { name: 'RESOURCE_NOT_FOUND', details: [{ issue: 'INVALID_RESOURCE_ID' }] } });
    expect(await processor.cancel(PAYMENT)).toMatchObject({ reference: ID, status: 'canceled', amountMinor: 4_900, capturedMinor: 0, paymentId: PAYMENT_ID });
    expect(await processor.verify(PAYMENT)).toBeNull();
  });
});

it('takes no 404 of somebody before PayPal for absence', async () => {
  gateway.on(`GET ${ORDER}`, { status: 404, body: '<html>' });
  expect(await failureOf(processor.verify(PAYMENT))).toMatchObject({ kind: 'rejected' });
});

describe('a refund', () => {
  it('is asked for in the words of PayPal', async () => {
    gateway.on(`GET ${ORDER}`, taken()).on(`POST ${REFUNDS}`, ok(refund({ status: 'PENDING' }), 201));
    expect(await processor.refund(PAYMENT, REFUND)).toEqual({ reference: '1JU08902781691411', refundId: REFUND_ID, amountMinor: 1_000, status: 'pending', detail: null });
    const { headers, body } = gateway.last(`POST ${REFUNDS}`);
    expect(headers['paypal-request-id']).toBe('refund-1');
    expect(JSON.parse(body)).toEqual({ amount: usd('10.00'), custom_id: REFUND_ID });
  });

  it('is not asked for when it is there, and is when it failed', async () => {
    gateway.on(`GET ${ORDER}`, taken([refund()]), taken([refund({ status: 'FAILED' })])).on(`POST ${REFUNDS}`, ok(refund({ id: 'R2' }), 201));
    expect(await processor.refund(PAYMENT, REFUND)).toMatchObject({ reference: '1JU08902781691411' });
    expect(await processor.refund(PAYMENT, { ...REFUND, key: 'refund-2' })).toMatchObject({ reference: 'R2' });
  });

  it('is found where PayPal says that all was returned', async () => {
    gateway.on(`GET ${ORDER}`, taken(), taken([refund()])).on(`GET ${DISPUTES}`, ok({})).on(`POST ${REFUNDS}`, refused('CAPTURE_FULLY_REFUNDED'));
    expect(await processor.refund(PAYMENT, REFUND)).toMatchObject({ refundId: REFUND_ID });
    gateway.on(`GET ${ORDER}`, taken());
    expect(await failureOf(processor.refund(PAYMENT, REFUND))).toMatchObject({ kind: 'rejected', passing: false });
  });
});

describe('a token', () => {
  it('is asked for once, with our credentials', async () => {
    gateway.on(`GET ${ORDER}`, ok(order()));
    await Promise.all([processor.verify(PAYMENT), processor.verify(PAYMENT)]);
    await processor.verify(PAYMENT);
    expect(gateway.asked.filter((asked) => asked === `POST ${TOKEN}`)).toHaveLength(1);
    const { headers, body } = gateway.last(`POST ${TOKEN}`);
    expect([headers.authorization, body]).toEqual([`Basic ${Buffer.from(`a-client:${SECRET}`).toString('base64')}`, 'grant_type=client_credentials']);
  });

  it('is replaced once when PayPal no longer takes it', async () => {
    gateway.on(`POST ${TOKEN}`, token('old'), token('new')).on(`GET ${ORDER}`, ok(order()));
    await processor.verify(PAYMENT);
    gateway.on(`POST ${ORDERS}`, ({ headers }) => (headers.authorization === 'Bearer new' ? ok(order(), 201) : { status: 401, body: { name: 'AUTHENTICATION_FAILURE' } }));
    expect(await processor.start(NEW)).toMatchObject({ payment: { reference: ID } });
    gateway.on(`POST ${ORDERS}`, { status: 401, body: {} });
    expect(await failureOf(processor.start(NEW))).toMatchObject({ kind: 'configuration', passing: false, mayHaveArrived: false });
  });

  it.each([
    [{ status: 401, body: { error: 'invalid_client' } }, { kind: 'configuration', passing: false, httpStatus: 401 }],
    [{ status: 503, body: '<html>' }, { kind: 'server', passing: true, httpStatus: 503 }],
    [{ status: 200, body: { error: 'none today' } }, { kind: 'server', passing: true }],
    [{ status: 200, body: { access_token: 'a b', token_type: 'Bearer', expires_in: 1 } }, { kind: 'server', passing: true }],
  ])('that does not come (%j) leaves the call unmade', async (answer, facts) => {
    gateway.on(`POST ${TOKEN}`, answer);
    const failure = await failureOf(processor.start(NEW));
    expect(failure).toMatchObject({ ...facts, mayHaveArrived: false });
    expect(failure.detail).not.toContain(SECRET);
    expect(gateway.asked).toEqual([`POST ${TOKEN}`]);
  });
});

it('lists spans of thirty days and pages, with what was returned until now', async () => {
  const DAY_MS = 86_400_000;
  const since = new Date(Date.now() - 40 * DAY_MS);
  const row = (id: string, code: string, at: Date, changes: object = {}) => ({
    transaction_info: { transaction_id: id, transaction_event_code: code, transaction_initiation_date: `${at.toISOString().slice(0, 19)}+0000`, transaction_amount: usd('49.00'), transaction_status: 'S', ...changes },
  });
  const inside = new Date(since.getTime() + 2 * DAY_MS);
  const rows = [
    row('C1', 'T0006', inside, { custom_field: PAYMENT_ID, invoice_id: 'OF-100042-0f9f6a11' }),
    row('C2', 'T0006', inside, { transaction_status: 'D' }),
    row('C3', 'T0006', new Date(since.getTime() - DAY_MS)),
    row('C4', 'T0006', new Date(since.getTime() + 31 * DAY_MS), { custom_field: 'somebody else', transaction_status: 'V', paypal_reference_id: 'O4', paypal_reference_id_type: 'ODR' }),
  ];
  const refunds = [row('R1', 'T1107', inside, { paypal_reference_id: 'C1', transaction_amount: usd('-10.00') }), row('R2', 'T1107', new Date(), { paypal_reference_id: 'C1', transaction_amount: usd('-1.00') })];
  gateway.on('GET /v1/reporting/transactions', ({ query }) => {
    const wanted = query.get('transaction_type') === 'T1107' ? refunds : rows;
    const shown = wanted.filter((_row, index) => index % 2 === Number(query.get('page')) - 1);
    return ok({ transaction_details: shown, total_pages: 2 });
  });
  const listed = [];
  for await (const payment of processor.list({ since, until: new Date(), signal: PAYMENT.signal })) listed.push(payment);
  expect(listed).toMatchObject([
    { reference: 'C1', captureReference: 'C1', paymentId: PAYMENT_ID, orderNumber: 'OF-100042', capturedMinor: 4_900, refundedMinor: 1_100, currency: 'USD' },
    { reference: 'O4', captureReference: 'C4', paymentId: null, orderNumber: null, refundedMinor: 0 },
  ]);
  for (const { query } of gateway.calls.filter(({ path }) => path === '/v1/reporting/transactions')) {
    expect(Date.parse(query.get('end_date') ?? '') - Date.parse(query.get('start_date') ?? '')).toBeLessThanOrEqual(31 * DAY_MS);
  }
});
