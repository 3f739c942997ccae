import { randomUUID } from 'node:crypto';
import { WebhookRefusedError, type GatewayPayment, type GatewayRefund, type Payment, type PaymentProcessor, type PaymentRequest, type StartedPayment, type WebhookDelivery, type WebhookEvent } from '#payments';

const PROOF = { 'x-proof': 'good' };

/** A gateway in this process: a test says how its payments stand. A message is proven by a header. */
export class ScriptedGateway implements PaymentProcessor {
  private readonly payments = new Map<string, GatewayPayment>();
  /** References that were read back, in order. */
  readonly readBack: string[] = [];
  /** Runs in every read-back, before it answers. */
  beforeAnswer: (reference: string, signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  /** Runs before a message is judged. */
  beforeProof: () => Promise<void> = () => Promise.resolve();

  /** Knows of a payment, unpaid. */
  expect({ id: paymentId, orderNumber, amountMinor, currency }: Pick<Payment, 'id' | 'orderNumber' | 'amountMinor' | 'currency'>): GatewayPayment {
    const reference = `pay_${randomUUID()}`;
    return this.set(reference, { reference, captureReference: null, status: 'unpaid', amountMinor, capturedMinor: 0, currency, paymentId, orderNumber, declined: null, refunds: [], disputes: [] });
  }

  /** How a payment stands from now on. */
  change(reference: string | null, change: Partial<GatewayPayment>): GatewayPayment {
    return this.set(String(reference), { ...this.find(reference), ...change });
  }

  pay(reference: string | null): GatewayPayment {
    return this.change(reference, { status: 'captured', capturedMinor: this.find(reference).amountMinor, captureReference: `cap_${String(reference)}` });
  }

  message(event: WebhookEvent | Buffer, headers: WebhookDelivery['headers'] = PROOF): Omit<WebhookDelivery, 'signal'> {
    return { body: Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event)), headers, nowMs: Date.now() };
  }

  async parseWebhook({ body, headers }: WebhookDelivery): Promise<WebhookEvent> {
    await this.beforeProof();
    if (headers['x-proof'] !== 'good') throw new WebhookRefusedError('signature_wrong', 'The proof is no good.');
    try {
      // As a plug-in may be that reads the bytes in its own way.
      return JSON.parse(body.toString('latin1').replaceAll('\0', '')) as WebhookEvent;
    } catch (cause) {
      throw new WebhookRefusedError('unreadable', `It is not JSON: ${String(cause)}`);
    }
  }

  async verify({ reference, signal }: StartedPayment): Promise<GatewayPayment | null> {
    this.readBack.push(String(reference));
    await this.beforeAnswer(String(reference), signal);
    return this.payments.get(String(reference)) ?? null;
  }

  start(request: PaymentRequest) {
    return Promise.resolve({ payment: this.expect({ ...request, id: request.paymentId }), action: null });
  }

  confirm({ reference }: StartedPayment): Promise<GatewayPayment> {
    return Promise.resolve(this.find(reference));
  }

  cancel({ reference }: StartedPayment): Promise<GatewayPayment> {
    return Promise.resolve(this.change(reference, { status: 'canceled' }));
  }

  refund(): Promise<GatewayRefund> {
    return Promise.reject(new Error('Nothing is refunded here.'));
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async *list() {
    yield* [];
  }

  private find(reference: string | null): GatewayPayment {
    const payment = this.payments.get(String(reference));
    if (!payment) throw new Error(`The scripted gateway knows no ${String(reference)}.`);
    return payment;
  }

  private set(reference: string, payment: GatewayPayment): GatewayPayment {
    this.payments.set(reference, payment);
    return payment;
  }
}
