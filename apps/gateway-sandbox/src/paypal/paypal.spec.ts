import { X509Certificate, createVerify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { TestGateway, TestShop, WEBHOOK_ID } from '../testing/gateway.fixture.js';

let shop: TestShop;
let gateway: TestGateway;
let paypal: AxiosInstance;
beforeAll(async () => {
  shop = await TestShop.open();
  gateway = await TestGateway.start({ shopUrl: shop.url });
  const headers = { authorization: `Bearer ${await gateway.paypalToken()}`, 'content-type': 'application/json' };
  paypal = axios.create({ baseURL: gateway.sandbox.gatewayUrl, headers, validateStatus: () => true });
});
afterAll(async () => {
  await gateway.stop();
  await shop.close();
});
afterEach(async () => {
  await gateway.command('POST', '/reset');
  shop.received.length = 0;
});

interface Seen {
  readonly id: string;
  readonly status: string;
  readonly purchase_units: { payments: { captures: { id: string; status: string }[]; refunds?: { id: string; status: string }[] } }[];
}

const context = { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/away' };
const orderOf = (value = '49.00', currency_code = 'USD', more = {}) => ({
  intent: 'CAPTURE',
  purchase_units: [{ custom_id: 'p-1', invoice_id: 'OF-1', amount: { currency_code, value } }],
  payment_source: { paypal: { experience_context: context } },
  ...more,
});
const keyed = (key: string) => ({ headers: { 'paypal-request-id': key } });
const said = ({ status, data }: AxiosResponse<{ details?: { issue: string }[]; name?: string; error?: string }>) => `${status} ${data.details?.[0]?.issue ?? data.name ?? data.error}`;

async function created(body = orderOf()): Promise<string> {
  return (await paypal.post<Seen>('/v2/checkout/orders', body)).data.id;
}

async function captured(): Promise<{ orderId: string; captureId: string }> {
  const orderId = await created();
  await gateway.command('POST', `/payments/${orderId}/approve`);
  const { data } = await paypal.post<Seen>(`/v2/checkout/orders/${orderId}/capture`, {});
  return { orderId, captureId: data.purchase_units[0]?.payments.captures[0]?.id ?? '' };
}

describe('an order', () => {
  it('waits for its buyer, is approved and captured once', async () => {
    const made = await paypal.post<{ id: string; status: string; links: { rel: string; href: string }[] }>('/v2/checkout/orders', orderOf());
    const { id, links } = made.data;
    expect([made.status, made.data.status, links.map(({ rel }) => rel)]).toEqual([201, 'PAYER_ACTION_REQUIRED', ['self', 'payer-action']]);
    expect(said(await paypal.post(`/v2/checkout/orders/${id}/capture`, {}))).toBe('422 ORDER_NOT_APPROVED');
    await gateway.command('POST', '/payments/OF-1/approve');
    expect((await paypal.get<Seen>(`/v2/checkout/orders/${id}`)).data.status).toBe('APPROVED');
    const capture = await paypal.post<Seen>(`/v2/checkout/orders/${id}/capture`, {});
    expect([capture.status, capture.data]).toMatchObject([201, { id, status: 'COMPLETED', purchase_units: [{ custom_id: 'p-1', invoice_id: 'OF-1', amount: { currency_code: 'USD', value: '49.00' }, payments: { captures: [{ status: 'COMPLETED', amount: { value: '49.00' }, custom_id: 'p-1' }] } }] }]);
    expect(said(await paypal.post(`/v2/checkout/orders/${id}/capture`, {}))).toBe('422 ORDER_ALREADY_CAPTURED');
    const captureId = capture.data.purchase_units[0]?.payments.captures[0]?.id ?? '';
    expect((await paypal.get(`/v2/payments/captures/${captureId}`)).data).toMatchObject({ id: captureId, status: 'COMPLETED', supplementary_data: { related_ids: { order_id: id } } });
  });

  it('is made once for a request id: the second answer is 200, and the order as it is by then', async () => {
    const first = await paypal.post<Seen>('/v2/checkout/orders', orderOf(), keyed('k-1'));
    await gateway.command('POST', `/payments/${first.data.id}/approve`);
    const second = await paypal.post<Seen>('/v2/checkout/orders', orderOf(), keyed('k-1'));
    expect([first.status, second.status, second.data.id, second.data.status]).toEqual([201, 200, first.data.id, 'APPROVED']);
    expect(said(await paypal.post('/v2/checkout/orders', orderOf('50.00'), keyed('k-1')))).toBe('422 DUPLICATE_REQUEST_ID');
    // The same id may be used for another call.
    const path = `/v2/checkout/orders/${first.data.id}/capture`;
    const captures = [await paypal.post<Seen>(path, {}, keyed('k-1')), await paypal.post<Seen>(path, {}, keyed('k-1'))];
    expect(captures.map(({ status, data }) => [status, data.status])).toEqual([[201, 'COMPLETED'], [200, 'COMPLETED']]);
    expect((await gateway.payment(first.data.id)).capturedMinor).toBe(4900);
  });

  it('whose card is declined waits for its buyer again', async () => {
    const id = await created();
    await gateway.command('POST', `/payments/${id}/decline`);
    const refused = await paypal.post<{ details: { issue: string }[]; links: { rel: string; href: string }[] }>(`/v2/checkout/orders/${id}/capture`, {}, keyed('k-2'));
    expect([said(refused), refused.data.links.find(({ rel }) => rel === 'redirect')?.href]).toEqual(['422 INSTRUMENT_DECLINED', `${gateway.sandbox.gatewayUrl}/checkoutnow?token=${id}`]);
    expect((await paypal.get<Seen>(`/v2/checkout/orders/${id}`)).data.status).toBe('PAYER_ACTION_REQUIRED');
    await gateway.command('POST', `/payments/${id}/approve`);
    expect((await paypal.post(`/v2/checkout/orders/${id}/capture`, {}, keyed('k-2'))).status).toBe(201);
  });

  it('may be captured and stay under review, until PayPal has made up its mind', async () => {
    await gateway.command('PUT', '/ways', { captures: 'pending' });
    const { orderId, captureId } = await captured();
    expect([(await paypal.get<Seen>(`/v2/payments/captures/${captureId}`)).data.status, (await gateway.payment(orderId)).capturedMinor]).toEqual(['PENDING', 0]);
    expect(said(await paypal.post(`/v2/payments/captures/${captureId}/refund`, {}))).toBe('422 CAPTURE_STATUS_NOT_VALID');
    await gateway.command('POST', `/payments/${orderId}/decline`);
    expect((await paypal.get<Seen>(`/v2/checkout/orders/${orderId}`)).data).toMatchObject({ status: 'COMPLETED', purchase_units: [{ payments: { captures: [{ id: captureId, status: 'DECLINED' }] } }] });
  });

  it.each([
    ['0.5', 'USD', '201 undefined'], ['49', 'JPY', '201 undefined'], ['49', 'HUF', '201 undefined'],
    ['49.00', 'JPY', '422 DECIMALS_NOT_SUPPORTED'], ['49.00', 'HUF', '422 DECIMALS_NOT_SUPPORTED'], ['1.234', 'USD', '422 DECIMAL_PRECISION'],
    ['0.00', 'USD', '422 CANNOT_BE_ZERO_OR_NEGATIVE'], ['-1.00', 'USD', '422 CANNOT_BE_ZERO_OR_NEGATIVE'], ['NaN', 'USD', '400 INVALID_PARAMETER_SYNTAX'], ['10.00', 'KWD', '422 CURRENCY_NOT_SUPPORTED'],
  ])('of %s %s: %s', async (value, currency, answer) => {
    expect(said(await paypal.post('/v2/checkout/orders', orderOf(value, currency)))).toBe(answer);
  });

  it('of 4900 HUF is 490000 minor units by ISO 4217, and is read back as it was written', async () => {
    const id = await created(orderOf('4900', 'HUF'));
    expect((await gateway.payment(id)).amountMinor).toBe(490_000);
    expect((await paypal.get(`/v2/checkout/orders/${id}`)).data).toMatchObject({ purchase_units: [{ amount: { currency_code: 'HUF', value: '4900' } }] });
  });

  it('that is none, or is written wrong, is refused in PayPal’s words', async () => {
    expect(said(await paypal.get('/v2/checkout/orders/NOBODY'))).toBe('404 INVALID_RESOURCE_ID');
    expect(said(await paypal.post('/v2/checkout/orders', orderOf('49.00', 'USD', { intent: 'AUTHORIZE' })))).toBe('400 INVALID_PARAMETER_VALUE');
    expect(said(await paypal.post('/v2/checkout/orders', '{'))).toBe('400 MALFORMED_REQUEST_JSON');
    expect(said(await paypal.post('/v2/checkout/orders', 'x', { headers: { 'content-type': 'text/plain' } }))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('a refund', () => {
  it('returns a part, then the rest, and is to be seen in the order', async () => {
    const { orderId, captureId } = await captured();
    const part = { amount: { currency_code: 'USD', value: '9.00' }, custom_id: 'r-1' };
    const first = await paypal.post<Seen>(`/v2/payments/captures/${captureId}/refund`, part, keyed('r-1'));
    expect([first.status, Object.keys(first.data), first.data.status]).toEqual([201, ['id', 'status', 'links'], 'COMPLETED']);
    const again = await paypal.post<Seen>(`/v2/payments/captures/${captureId}/refund`, part, keyed('r-1'));
    expect([again.status, again.data.id]).toEqual([200, first.data.id]);
    expect(said(await paypal.post(`/v2/payments/captures/${captureId}/refund`, { amount: { currency_code: 'USD', value: '40.01' } }))).toBe('422 REFUND_AMOUNT_EXCEEDED');
    expect(said(await paypal.post(`/v2/payments/captures/${captureId}/refund`, { amount: { currency_code: 'EUR', value: '1.00' } }))).toBe('422 REFUND_CAPTURE_CURRENCY_MISMATCH');
    const rest = await paypal.post(`/v2/payments/captures/${captureId}/refund`, {}, { headers: { prefer: 'return=representation' } });
    expect(rest.data).toMatchObject({ status: 'COMPLETED', amount: { value: '40.00' }, seller_payable_breakdown: { total_refunded_amount: { value: '49.00' } } });
    expect(said(await paypal.post(`/v2/payments/captures/${captureId}/refund`, {}))).toBe('422 CAPTURE_FULLY_REFUNDED');
    expect((await paypal.get(`/v2/payments/refunds/${first.data.id}`)).data).toMatchObject({ id: first.data.id, custom_id: 'r-1', amount: { value: '9.00' } });
    expect((await paypal.get(`/v2/checkout/orders/${orderId}`)).data).toMatchObject({ purchase_units: [{ payments: { captures: [{ status: 'REFUNDED' }], refunds: [{ custom_id: 'r-1' }, { amount: { value: '40.00' } }] } }] });
  });
});

it('reports what was paid and what went back, a page at a time', async () => {
  const { captureId } = await captured();
  await paypal.post(`/v2/payments/captures/${captureId}/refund`, { amount: { currency_code: 'USD', value: '9.00' }, custom_id: 'r-1' });
  const at = (shiftMs: number) => new Date(Date.now() + shiftMs).toISOString();
  const report = async (params: object) => (await paypal.get<{ transaction_details: object[]; total_pages: number }>('/v1/reporting/transactions', { params: { start_date: at(-60_000), end_date: at(60_000), ...params } })).data;
  const payment = { transaction_info: { transaction_id: captureId, transaction_event_code: 'T0006', transaction_status: 'S', transaction_amount: { value: '49.00' }, custom_field: 'p-1', invoice_id: 'OF-1' } };
  const refund = { transaction_info: { transaction_event_code: 'T1107', paypal_reference_id: captureId, transaction_amount: { value: '-9.00' }, custom_field: 'r-1' } };
  expect(await report({})).toMatchObject({ transaction_details: [payment, refund], total_items: 2, total_pages: 1, page: 1 });
  expect(await report({ page_size: 1, page: 2 })).toMatchObject({ transaction_details: [refund], total_pages: 2 });
  expect((await report({ transaction_type: 'T0006' })).transaction_details).toMatchObject([payment]);
  expect((await report({ end_date: at(-30_000) })).transaction_details).toEqual([]);
  expect(said(await paypal.get('/v1/reporting/transactions', { params: { start_date: at(-32 * 86_400_000), end_date: at(0) } }))).toBe('400 INVALID_PARAMETER_VALUE');
});

it('lists the disputes of a capture, and says in each one how it ended', async () => {
  const { orderId, captureId } = await captured();
  const { id } = await gateway.command<{ id: string }>('POST', `/payments/${orderId}/dispute`, { amountMinor: 1000 });
  const list = async () => (await paypal.get<{ items: object[] }>('/v1/customer/disputes', { params: { disputed_transaction_id: captureId } })).data.items;
  expect(await list()).toMatchObject([{ dispute_id: id, status: 'WAITING_FOR_SELLER_RESPONSE', dispute_amount: { value: '10.00' } }]);
  expect(said(await paypal.post(`/v2/payments/captures/${captureId}/refund`, {}))).toBe('422 REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK');
  await gateway.command('POST', `/disputes/${id}/close`, { outcome: 'lost' });
  expect(await list()).toMatchObject([{ dispute_id: id, status: 'RESOLVED' }]);
  expect((await paypal.get(`/v1/customer/disputes/${id}`)).data).toMatchObject({ dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' }, disputed_transactions: [{ seller_transaction_id: captureId, custom: 'p-1' }] });
  expect((await paypal.get<{ items: object[] }>('/v1/customer/disputes', { params: { disputed_transaction_id: 'OTHER' } })).data.items).toEqual([]);
});

describe('a webhook', () => {
  it('is proven by the certificate that it names, and by PayPal’s own check', async () => {
    const id = await created();
    await gateway.command('POST', `/payments/${id}/approve`);
    const [{ headers, body } = { headers: {}, body: '' }] = await shop.got(1);
    const header = (name: string) => String(headers[`paypal-${name}`]);
    const pem = await axios.get<string>(header('cert-url'));
    const certificate = new X509Certificate(pem.data);
    expect([certificate.verify(certificate.publicKey), header('auth-algo')]).toEqual([true, 'SHA256withRSA']);
    const signed = (text: string) => createVerify('sha256').update(`${header('transmission-id')}|${header('transmission-time')}|${WEBHOOK_ID}|${crc32(text)}`).verify(certificate.publicKey, header('transmission-sig'), 'base64');
    expect([signed(body), signed(`${body} `)]).toEqual([true, false]);
    const event = JSON.parse(body) as { event_type: string; resource: { id: string } };
    expect([event.event_type, event.resource.id]).toEqual(['CHECKOUT.ORDER.APPROVED', id]);
    const check = { auth_algo: header('auth-algo'), cert_url: header('cert-url'), transmission_id: header('transmission-id'), transmission_sig: header('transmission-sig'), transmission_time: header('transmission-time'), webhook_id: WEBHOOK_ID, webhook_event: event };
    const verdict = async (given: object) => (await paypal.post<{ verification_status: string }>('/v1/notifications/verify-webhook-signature', given)).data.verification_status;
    expect([await verdict(check), await verdict({ ...check, webhook_event: { ...event, event_type: 'X' } }), await verdict({ ...check, webhook_id: 'OTHER' })]).toEqual(['SUCCESS', 'FAILURE', 'FAILURE']);
  });

  it('tells of everything that happens to the money', async () => {
    await gateway.command('PUT', '/webhooks', { mode: 'hold' });
    const { orderId, captureId } = await captured();
    await paypal.post(`/v2/payments/captures/${captureId}/refund`, { amount: { currency_code: 'USD', value: '9.00' }, custom_id: 'r-1' });
    await gateway.command('POST', '/refunds/r-1/fail');
    const { id } = await gateway.command<{ id: string }>('POST', `/payments/${orderId}/dispute`);
    await gateway.command('POST', `/disputes/${id}/close`, { outcome: 'won' });
    expect((await gateway.events()).map(({ type }) => type)).toEqual(['CHECKOUT.ORDER.APPROVED', 'PAYMENT.CAPTURE.COMPLETED', 'PAYMENT.CAPTURE.REFUNDED', 'PAYMENT.REFUND.FAILED', 'CUSTOMER.DISPUTE.CREATED', 'CUSTOMER.DISPUTE.RESOLVED']);
  });
});

describe('a caller', () => {
  it('gets a token for the right secret alone', async () => {
    const token = (password: string, grant_type = 'client_credentials') => axios.post<object>(`${gateway.sandbox.gatewayUrl}/v1/oauth2/token`, new URLSearchParams({ grant_type }), { auth: { username: 'client-of-the-specs', password }, validateStatus: () => true });
    expect([said(await token('wrong')), said(await token('secret-of-the-specs', 'password'))]).toEqual(['401 invalid_client', '400 unsupported_grant_type']);
    expect((await token('secret-of-the-specs')).data).toMatchObject({ token_type: 'Bearer', expires_in: 32_400 });
  });

  it('needs a token that is not too old', async () => {
    const path = '/v2/checkout/orders/X';
    const as = async (authorization?: string) => (await gateway.ask(path, { headers: authorization === undefined ? {} : { authorization } })).status;
    const old = `Bearer ${await gateway.paypalToken()}`;
    expect([await as(), await as('Bearer A21AAx.y'), await as(old)]).toEqual([401, 401, 404]);
    await gateway.command('POST', '/tokens/expire');
    expect(await as(old)).toBe(401);
    const fresh = `Bearer ${await gateway.paypalToken()}`;
    expect(await as(fresh)).toBe(404);
    paypal.defaults.headers.common['authorization'] = fresh;
  });
});
