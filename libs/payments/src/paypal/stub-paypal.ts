import { randomUUID, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LedgerEntry, StubAnswer, StubCall, StubService } from '../conformance/index.js';
import { STUB_CERTIFICATE, STUB_PRIVATE_KEY } from './stub-certificate.js';

interface Money {
  readonly currency_code: string;
  readonly value: string;
}
interface Unit {
  readonly amount: Money;
  readonly custom_id: string;
  readonly invoice_id: string;
}
interface Refund {
  readonly id: string;
  readonly amount: Money;
  readonly custom_id?: string;
}
interface Order {
  readonly id: string;
  readonly unit: Unit;
  readonly madeAt: string;
  status: string;
  declines: boolean;
  capture: string | null;
  readonly refunds: Refund[];
}

/** How many minor units by ISO 4217 the unit of a value is. */
const PER_MAJOR: Readonly<Record<string, number>> = { JPY: 1 };
const TOKEN = 'A21.stub-token';

/** For specs: as much of PayPal's API as is used here, in memory, with the amounts as they stand on the wire. */
export class StubPayPal implements StubService {
  /** Tokens that were given out. */
  tokens = 0;
  private readonly orders = new Map<string, Order>();
  private readonly answers = new Map<string, StubAnswer>();

  constructor(
    private readonly credentials: { readonly clientId: string; readonly clientSecret: string },
    private readonly webhookId: string,
  ) {}

  answer(call: StubCall): StubAnswer {
    const { path, headers, method } = call;
    if (path.startsWith('/certs/')) return path === '/certs/CERT-1' ? { status: 200, body: STUB_CERTIFICATE } : { status: 404 };
    if (path === '/v1/oauth2/token') return this.token(call);
    if (!/^Bearer A21\.stub-token\.\d+$/.test(headers.authorization ?? '')) return { status: 401, body: this.error(401, 'Authentication failed.') };
    const key = headers['paypal-request-id'];
    if (method === 'GET' || typeof key !== 'string') return this.serve(call);
    const stored = this.answers.get(path + key);
    if (stored) return { ...stored, status: 200 };
    const answer = this.serve(call);
    if (answer.status < 300) this.answers.set(path + key, { ...answer, body: JSON.stringify(answer.body) });
    return answer;
  }

  error(status: number, message: string): unknown {
    return { name: `ERROR_${status}`, message, debug_id: '90957fca61718', details: [] };
  }

  isAside({ path }: StubCall): boolean {
    return path === '/v1/oauth2/token' || path.startsWith('/certs/');
  }

  agree(reference: string): void {
    const order = this.orders.get(reference);
    if (order?.status === 'PAYER_ACTION_REQUIRED') Object.assign(order, { status: 'APPROVED' });
  }

  decline(reference: string): void {
    Object.assign(this.known(reference), { status: 'APPROVED', declines: true });
  }

  returnInConsole(reference: string, amountMinor: number): void {
    const { unit, refunds } = this.known(reference);
    refunds.push({ id: newId(), amount: { currency_code: unit.amount.currency_code, value: (amountMinor / 100).toFixed(2) } });
  }

  deliver(reference: string, origin: string): { readonly body: Buffer; readonly headers: Record<string, string> } {
    const { capture, unit } = this.known(reference);
    const resource = { id: capture, ...unit, status: 'COMPLETED', supplementary_data: { related_ids: { order_id: reference } } };
    return signedDelivery(JSON.stringify({ id: `WH-${newId()}`, event_type: 'PAYMENT.CAPTURE.COMPLETED', resource }), this.webhookId, `${origin}/certs/CERT-1`);
  }

  ledger(): LedgerEntry[] {
    return [...this.orders.values()].map((order) => {
      const { amount } = order.unit;
      return { reference: order.id, amountMinor: minor(amount), currency: amount.currency_code, capturedMinor: order.capture === null ? 0 : minor(amount), refundedMinor: refundedOf(order) };
    });
  }

  clear(): void {
    this.orders.clear();
    this.answers.clear();
  }

  private token({ headers }: StubCall): StubAnswer {
    const { clientId, clientSecret } = this.credentials;
    const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    if (headers.authorization !== expected) return { status: 401, body: { error: 'invalid_client', error_description: 'Client Authentication failed' } };
    this.tokens += 1;
    return { status: 200, body: { access_token: `${TOKEN}.${this.tokens}`, token_type: 'Bearer', expires_in: 32_400 } };
  }

  private serve({ method, path, query, body }: StubCall): StubAnswer {
    const [, , resource, kind, id, verb] = path.split('/');
    if (resource === 'customer') return { status: 200, body: { items: [] } };
    if (resource === 'reporting') return this.report(query);
    if (resource === 'payments') return this.refund([...this.orders.values()].find(({ capture }) => capture === id), JSON.parse(body) as Omit<Refund, 'id'>);
    if (kind === 'orders' && id === undefined && method === 'POST') return this.create(body);
    const order = this.orders.get(id ?? '');
    if (!order) return { status: 404, body: { name: 'RESOURCE_NOT_FOUND', message: 'The specified resource does not exist.', details: [{ issue: 'INVALID_RESOURCE_ID' }] } };
    return verb === 'capture' ? this.capture(order) : { status: 200, body: view(order) };
  }

  private create(body: string): StubAnswer {
    const { purchase_units } = JSON.parse(body) as { purchase_units: [Unit] };
    const [{ amount, custom_id, invoice_id }] = purchase_units;
    const order: Order = { id: newId(), unit: { amount, custom_id, invoice_id }, madeAt: new Date().toISOString(), status: 'PAYER_ACTION_REQUIRED', declines: false, capture: null, refunds: [] };
    this.orders.set(order.id, order);
    return { status: 201, body: view(order) };
  }

  private capture(order: Order): StubAnswer {
    if (order.capture !== null) return refused('ORDER_ALREADY_CAPTURED', 'Order already captured.');
    if (order.status !== 'APPROVED') return refused('ORDER_NOT_APPROVED', 'Payer has not yet approved the Order for payment.');
    if (order.declines) return refused('INSTRUMENT_DECLINED', 'The instrument presented was either declined by the processor or bank.');
    Object.assign(order, { capture: newId(), status: 'COMPLETED' });
    return { status: 201, body: view(order) };
  }

  private refund(order: Order | undefined, { amount, custom_id }: Omit<Refund, 'id'>): StubAnswer {
    if (!order) return { status: 404, body: { name: 'RESOURCE_NOT_FOUND' } };
    const left = minor(order.unit.amount) - refundedOf(order);
    if (left === 0) return refused('CAPTURE_FULLY_REFUNDED', 'The capture has already been fully refunded');
    if (minor(amount) > left) return refused('REFUND_AMOUNT_EXCEEDED', 'The refund amount must be less than or equal to the capture amount that has not yet been refunded.');
    const refund = { id: newId(), amount, ...(custom_id !== undefined && { custom_id }) };
    order.refunds.push(refund);
    return { status: 201, body: { ...refund, status: 'COMPLETED' } };
  }

  private report(query: URLSearchParams): StubAnswer {
    const [from, to] = [query.get('start_date') ?? '', query.get('end_date') ?? ''];
    const taken = [...this.orders.values()].filter(({ capture }) => capture !== null);
    const rows = taken.flatMap((order) => [row(order, 'T0006', order.capture ?? '', order.unit.amount), ...order.refunds.map(({ id, amount }) => row(order, 'T1107', id, { ...amount, value: `-${amount.value}` }))]);
    const shown = rows.filter(({ transaction_initiation_date: at }) => from <= at && at <= to);
    return { status: 200, body: { transaction_details: shown.map((transaction_info) => ({ transaction_info })), total_pages: 1 } };
  }

  private known(reference: string): Order {
    const order = this.orders.get(reference);
    if (!order) throw new Error(`There is no ${reference}.`);
    return order;
  }
}

/** As PayPal signs. */
export function signedDelivery(body: string, webhookId: string, certUrl: string, time = new Date().toISOString()): { readonly body: Buffer; readonly headers: Record<string, string> } {
  const id = randomUUID();
  const signature = sign('RSA-SHA256', Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`), STUB_PRIVATE_KEY).toString('base64');
  const headers = { 'paypal-transmission-id': id, 'paypal-transmission-time': time, 'paypal-transmission-sig': signature, 'paypal-cert-url': certUrl, 'paypal-auth-algo': 'SHA256withRSA' };
  return { body: Buffer.from(body), headers };
}

function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 17).toUpperCase();
}

function minor({ currency_code, value }: Money): number {
  return Math.round(Number(value) * (PER_MAJOR[currency_code] ?? 100));
}

function refundedOf({ refunds }: Order): number {
  return refunds.reduce((sum, { amount }) => sum + minor(amount), 0);
}

function view({ id, unit, status, capture, refunds }: Order): object {
  const captures = capture === null ? [] : [{ id: capture, status: refunds.length === 0 ? 'COMPLETED' : 'PARTIALLY_REFUNDED', amount: unit.amount, custom_id: unit.custom_id }];
  const payments = { captures, refunds: refunds.map((refund) => ({ ...refund, status: 'COMPLETED' })) };
  const links = status === 'PAYER_ACTION_REQUIRED' ? [{ rel: 'payer-action', href: `https://www.paypal.com/checkoutnow?token=${id}` }] : [];
  return { id, status, purchase_units: [{ ...unit, payments }], payer: { email_address: 'buyer@example.com' }, links };
}

function row({ unit, madeAt, capture }: Order, code: string, id: string, amount: Money) {
  const related = code === 'T1107' ? { paypal_reference_id: capture, paypal_reference_id_type: 'TXN' } : {};
  return { transaction_id: id, ...related, transaction_event_code: code, transaction_initiation_date: madeAt, transaction_amount: amount, transaction_status: 'S', invoice_id: unit.invoice_id, custom_field: unit.custom_id };
}

function refused(issue: string, description: string): StubAnswer {
  return { status: 422, body: { name: 'UNPROCESSABLE_ENTITY', details: [{ issue, description }], message: 'The requested action could not be performed.' } };
}
