import { GatewayFailure, type GatewayPayment, type PaymentProcessor, type PaymentRequest, type StartedPayment } from '#payments';

type Verb = 'start' | 'confirm' | 'verify' | 'cancel';

/** A gateway in this process that keeps to the contract: one payment for one id, however often it is started. A test plays its buyers. */
export class FakeGateway implements Pick<PaymentProcessor, Verb> {
  private readonly payments = new Map<string, GatewayPayment>();
  readonly called: { readonly verb: Verb; readonly paymentId: string }[] = [];
  /** Runs before a call takes effect: a test lets it wait, or fail. */
  before: (verb: Verb, paymentId: string) => Promise<void> = () => Promise.resolve();

  /** As at PayPal: a payment that was called off is so for us alone, and one that its buyer has agreed to stays so there. */
  knowsNoCancel = false;

  constructor(private readonly name: string) {}

  async start({ paymentId, orderNumber, amountMinor, currency }: PaymentRequest) {
    await this.enter('start', paymentId);
    const unpaid: GatewayPayment = { reference: `${this.name}_${paymentId}`, captureReference: null, status: 'unpaid', amountMinor, capturedMinor: 0, currency, paymentId, orderNumber, declined: null, refunds: [], disputes: [] };
    const payment = this.payments.get(paymentId) ?? this.set(unpaid);
    return { payment, action: { type: 'redirect', url: `https://${this.name}.example.com/${paymentId}` } as const };
  }

  async confirm({ paymentId }: StartedPayment): Promise<GatewayPayment> {
    await this.enter('confirm', paymentId);
    return this.find(paymentId).status === 'approved' ? this.pay(paymentId) : this.find(paymentId);
  }

  async verify({ paymentId }: StartedPayment): Promise<GatewayPayment | null> {
    await this.enter('verify', paymentId);
    return this.payments.get(paymentId) ?? null;
  }

  async cancel({ paymentId }: StartedPayment): Promise<GatewayPayment> {
    await this.enter('cancel', paymentId);
    const { status } = this.find(paymentId);
    if (status === 'captured' || status === 'processing') return this.find(paymentId);
    return this.knowsNoCancel ? { ...this.find(paymentId), status: 'canceled' } : this.change(paymentId, { status: 'canceled' });
  }

  /** The buyer pays; `change` is what comes out otherwise than it was asked for. */
  pay(paymentId: string, change: Partial<GatewayPayment> = {}): GatewayPayment {
    return this.change(paymentId, { status: 'captured', capturedMinor: this.find(paymentId).amountMinor, captureReference: `cap_${paymentId}`, ...change });
  }

  change(paymentId: string, change: Partial<GatewayPayment>): GatewayPayment {
    return this.set({ ...this.find(paymentId), ...change });
  }

  find(paymentId: string): GatewayPayment {
    const payment = this.payments.get(paymentId);
    if (!payment) throw new GatewayFailure(`The gateway ${this.name} knows no payment ${paymentId}.`, { kind: 'rejected', passing: false });
    return payment;
  }

  knows(paymentId: string): boolean {
    return this.payments.has(paymentId);
  }

  calls(verb: Verb): number {
    return this.called.filter((call) => call.verb === verb).length;
  }

  reset(): void {
    this.called.length = 0;
    this.knowsNoCancel = false;
    this.before = () => Promise.resolve();
  }

  private async enter(verb: Verb, paymentId: string): Promise<void> {
    this.called.push({ verb, paymentId });
    await this.before(verb, paymentId);
  }

  private set(payment: GatewayPayment): GatewayPayment {
    this.payments.set(String(payment.paymentId), payment);
    return payment;
  }
}
