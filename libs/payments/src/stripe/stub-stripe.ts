import { createHmac, randomUUID } from 'node:crypto';
import type { LedgerEntry, StubAnswer, StubCall, StubService } from '../conformance/index.js';

interface Refund {
  readonly id: string;
  readonly amount: number;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Intent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  status: string;
  declined: string | null;
  readonly refunds: Refund[];
}

/** For specs: as much of Stripe's API as is used here, in memory, with the amounts as they stand on the wire. */
export class StubStripe implements StubService {
  private readonly intents = new Map<string, Intent>();
  private readonly answers = new Map<string, StubAnswer>();

  constructor(private readonly webhookSecret: string) {}

  answer(call: StubCall): StubAnswer {
    const key = call.headers['idempotency-key'];
    if (typeof key !== 'string') return this.serve(call);
    const stored = this.answers.get(key);
    if (stored) return { ...stored, headers: { 'Idempotent-Replayed': 'true' } };
    const { status, body } = this.serve(call);
    const answer = { status, body: JSON.stringify(body) };
    this.answers.set(key, answer);
    return answer;
  }

  error(status: number, message: string): unknown {
    return { error: { type: status < 500 ? 'invalid_request_error' : 'api_error', message } };
  }

  isAside(): boolean {
    return false;
  }

  agree(reference: string): void {
    const intent = this.intents.get(reference);
    if (intent && intent.status !== 'canceled') Object.assign(intent, { status: 'succeeded', declined: null });
  }

  decline(reference: string): void {
    Object.assign(this.known(reference), { status: 'requires_payment_method', declined: 'Your card was declined.' });
  }

  returnInConsole(reference: string, amountMinor: number): void {
    this.known(reference).refunds.push({ id: `re_${randomUUID()}`, amount: amountMinor, metadata: {} });
  }

  deliver(reference: string): { readonly body: Buffer; readonly headers: Record<string, string> } {
    const event = { id: `evt_${randomUUID()}`, object: 'event', type: 'payment_intent.succeeded', data: { object: view(this.known(reference)) } };
    return signedDelivery(JSON.stringify(event), this.webhookSecret);
  }

  ledger(): LedgerEntry[] {
    return [...this.intents.values()].map((intent) => ({
      reference: intent.id,
      amountMinor: intent.amount,
      currency: intent.currency.toUpperCase(),
      capturedMinor: receivedOf(intent),
      refundedMinor: refundedOf(intent),
    }));
  }

  clear(): void {
    this.intents.clear();
    this.answers.clear();
  }

  private serve({ method, path, query, body }: StubCall): StubAnswer {
    const form = new URLSearchParams(body);
    const [, , resource, id, verb] = path.split('/');
    if (resource === 'refunds') return method === 'GET' ? list(this.refundsOf(query.get('payment_intent') ?? '')) : this.refund(form);
    if (resource === 'disputes') return list([]);
    if (id === undefined) return method === 'GET' ? this.list(query) : this.create(form);
    const intent = this.intents.get(id);
    if (!intent) return refused(404, 'resource_missing', `No such payment_intent: '${id}'`);
    if (verb === 'cancel' && ['succeeded', 'canceled'].includes(intent.status)) return refused(400, 'payment_intent_unexpected_state', 'You cannot cancel this PaymentIntent.');
    if (verb === 'cancel') intent.status = 'canceled';
    return { status: 200, body: view(intent) };
  }

  private create(form: URLSearchParams): StubAnswer {
    const id = `pi_${randomUUID().replaceAll('-', '')}`;
    const metadata = { order_number: form.get('metadata[order_number]') ?? '', payment_id: form.get('metadata[payment_id]') ?? '' };
    const intent: Intent = { id, amount: Number(form.get('amount')), currency: form.get('currency') ?? '', metadata, created: Math.floor(Date.now() / 1_000), status: 'requires_payment_method', declined: null, refunds: [] };
    this.intents.set(id, intent);
    return { status: 200, body: view(intent) };
  }

  private refund(form: URLSearchParams): StubAnswer {
    const intent = this.known(form.get('payment_intent') ?? '');
    const left = receivedOf(intent) - refundedOf(intent);
    if (intent.status !== 'succeeded') return refused(400, null, 'This PaymentIntent does not have a successful charge to refund.');
    if (left === 0) return refused(400, 'charge_already_refunded', 'The charge has already been refunded.');
    const amount = Number(form.get('amount'));
    if (amount > left) return refused(400, null, `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`);
    const refund = { id: `re_${randomUUID()}`, amount, metadata: { refund_id: form.get('metadata[refund_id]') ?? '' } };
    intent.refunds.push(refund);
    return { status: 200, body: refundView(intent, refund) };
  }

  private refundsOf(reference: string): object[] {
    const intent = this.known(reference);
    return intent.refunds.map((refund) => refundView(intent, refund));
  }

  /** One to a page. */
  private list(query: URLSearchParams): StubAnswer {
    const [from, to] = [Number(query.get('created[gte]')), Number(query.get('created[lt]'))];
    const newestFirst = [...this.intents.values()].reverse().filter(({ created }) => from <= created && created < to);
    const begin = newestFirst.findIndex(({ id }) => id === query.get('starting_after')) + 1;
    return list(newestFirst.slice(begin, begin + 1).map(view), newestFirst.length > begin + 1);
  }

  private known(reference: string): Intent {
    const intent = this.intents.get(reference);
    if (!intent) throw new Error(`There is no ${reference}.`);
    return intent;
  }
}

/** As Stripe signs. */
export function signedDelivery(body: string, secret: string, sentAtS = Math.floor(Date.now() / 1_000)): { readonly body: Buffer; readonly headers: Record<string, string> } {
  const signature = createHmac('sha256', secret).update(`${sentAtS}.${body}`).digest('hex');
  return { body: Buffer.from(body), headers: { 'stripe-signature': `t=${sentAtS},v1=${signature}` } };
}

function receivedOf({ status, amount }: Intent): number {
  return status === 'succeeded' ? amount : 0;
}

function refundedOf({ refunds }: Intent): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0);
}

function view(intent: Intent): object {
  const { id, amount, currency, metadata, created, status, declined } = intent;
  const charge = status === 'succeeded' ? { id: id.replace('pi_', 'ch_'), object: 'charge', amount_refunded: refundedOf(intent), billing_details: { email: 'buyer@example.com' } } : null;
  return { id, object: 'payment_intent', amount, amount_received: receivedOf(intent), currency, metadata, created, status, client_secret: `${id}_secret_stub`, latest_charge: charge, last_payment_error: declined && { message: declined } };
}

function refundView({ id, currency }: Intent, refund: Refund): object {
  return { ...refund, object: 'refund', currency, payment_intent: id, status: 'succeeded' };
}

function list(data: readonly object[], has_more = false): StubAnswer {
  return { status: 200, body: { object: 'list', data, has_more } };
}

function refused(status: number, code: string | null, message: string): StubAnswer {
  return { status, body: { error: { type: 'invalid_request_error', message, ...(code !== null && { code }) } } };
}
