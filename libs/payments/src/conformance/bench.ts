import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ClientAction, GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { PaymentProcessor, PaymentRequest, RefundRequest, StartedPayment } from '../contract/payment-processor.js';
import type { LedgerEntry, Money, ProcessorHarness } from './harness.js';
import { settled } from './settled.js';

export const PRICE: Money = { amountMinor: 4_900, currency: 'USD' };
/** Nobody's payment has it. */
export const UNKNOWN_REFERENCE = 'UNKNOWN0000000000';

let orders = 100_000;

export type Started = { readonly payment: GatewayPayment; readonly action: ClientAction | null };
type Verb = 'start' | 'confirm' | 'verify' | 'cancel' | 'refund';

/** One processor with one payment to make. Whatever it does that the contract does not know ends as an `AssertionError` with a sentence. */
export class Bench {
  private reference: string | null = null;
  private captureReference: string | null = null;
  private readonly paymentId = randomUUID();
  private readonly orderNumber = `OF-${(orders += 1)}`;

  constructor(
    readonly harness: ProcessorHarness,
    readonly processor: PaymentProcessor,
    private readonly money: Money = PRICE,
  ) {}

  /** Another payment, at the same processor. */
  another(money: Money = PRICE): Bench {
    return new Bench(this.harness, this.processor, money);
  }

  /** As if nothing were known of it yet. */
  request(signal = new AbortController().signal): StartedPayment {
    const { paymentId, orderNumber, money } = this;
    return Object.freeze({ paymentId, orderNumber, ...money, description: `Order ${orderNumber}`, signal, reference: null, captureReference: null });
  }

  payment(signal?: AbortSignal): StartedPayment {
    return Object.freeze({ ...this.request(signal), reference: this.reference, captureReference: this.captureReference });
  }

  newRefund(amountMinor = PRICE.amountMinor): RefundRequest {
    const refundId = randomUUID();
    return Object.freeze({ refundId, key: `refund-${refundId}-1`, amountMinor });
  }

  get isFor(): Pick<PaymentRequest, 'paymentId' | 'orderNumber'> & Money {
    return { paymentId: this.paymentId, orderNumber: this.orderNumber, ...this.money };
  }

  /** As long as the answer to the first start is not known. */
  start(): Promise<Started> {
    return this.startWith(this.request());
  }

  /** With the reference that the first start gave. */
  startAgain(): Promise<Started> {
    return this.startWith(this.payment());
  }

  private async startWith(request: StartedPayment): Promise<Started> {
    const started = await this.answer('start', () => this.processor.start(request));
    const { payment } = assertObject(started, 'start');
    this.note(assertPayment(payment, 'start'));
    return started;
  }

  async confirm(): Promise<GatewayPayment> {
    return this.note(assertPayment(await this.answer('confirm', () => this.processor.confirm(this.payment())), 'confirm'));
  }

  async verify(): Promise<GatewayPayment | null> {
    const found = await this.answer('verify', () => this.processor.verify(this.payment()));
    return found === null ? null : this.note(assertPayment(found, 'verify'));
  }

  async cancel(): Promise<GatewayPayment> {
    return this.note(assertPayment(await this.answer('cancel', () => this.processor.cancel(this.payment())), 'cancel'));
  }

  async refund(refund: RefundRequest): Promise<GatewayRefund> {
    return assertObject(await this.answer('refund', () => this.processor.refund(this.payment(), refund)), 'refund');
  }

  /** Started, agreed to, and taken. */
  async paid(): Promise<this> {
    await this.start();
    await this.agree();
    const { status } = await this.confirm();
    assert.equal(status, 'captured', `The buyer has agreed and confirm was called: the payment is ${status}.`);
    return this;
  }

  async agree(): Promise<void> {
    await this.harness.gateway.agree(this.known());
  }

  async decline(): Promise<void> {
    await this.harness.gateway.decline(this.known());
  }

  known(): string {
    return this.reference ?? assert.fail('start gave no reference.');
  }

  /** What the gateway has written down of this payment. */
  async entry(): Promise<LedgerEntry> {
    const entries = await this.harness.gateway.ledger();
    return entries.find(({ reference }) => reference === this.reference) ?? assert.fail('The gateway has written down nothing of this payment.');
  }

  /** Waits for a call that must fail, and fail in the words of the contract. */
  async failureOf(verb: string, call: () => Promise<unknown>): Promise<GatewayFailure> {
    const ended = await this.ended(verb, call);
    return ended instanceof GatewayFailure ? ended : assert.fail(`${verb} succeeded, although the gateway did not do it or did not say so.`);
  }

  /** A call's answer, or its failure. */
  async ended(verb: string, call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await settled(verb, call, this.harness);
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown;
      assert.ok(thrown instanceof GatewayFailure, `${verb} threw ${inspect(thrown, { depth: 0 })}: throw a GatewayFailure, anything else counts as a bug.`);
      return thrown;
    }
  }

  private async answer<Result>(verb: Verb, call: () => Promise<Result>): Promise<Result> {
    const ended = await this.ended(verb, call);
    if (ended instanceof GatewayFailure) assert.fail(`${verb} failed, although the gateway behaves: ${ended.kind}, ${ended.detail}`);
    return ended as Result;
  }

  private note(payment: GatewayPayment): GatewayPayment {
    this.reference = payment.reference;
    this.captureReference = payment.captureReference;
    return payment;
  }
}

function assertObject<Thing>(thing: Thing, verb: string): Thing {
  assert.ok(typeof thing === 'object' && thing !== null, `${verb} answered ${inspect(thing)}.`);
  return thing;
}

function assertPayment(payment: GatewayPayment, verb: string): GatewayPayment {
  const { reference, amountMinor, capturedMinor } = assertObject(payment, verb);
  assert.ok(typeof reference === 'string' && reference !== '', `${verb} answered without a reference.`);
  for (const amount of [amountMinor, capturedMinor]) assert.ok(Number.isSafeInteger(amount) && amount >= 0, `${verb} answered ${inspect(amount)}: amounts are whole minor units.`);
  return payment;
}
