import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { type DeliveryFailure, isDeliveryFailure } from '../failures.js';
import type { Delivered, Fulfiller, FulfillmentRequest, Receipt } from '../fulfiller.js';
import { assertAnswer, assertReadBack } from './answers.js';
import type { FulfillerHarness } from './harness.js';
import { settled } from './settled.js';

export const LEARNER = { username: 'learner1', email: 'learner1@example.com', address: '192.0.2.71' } as const;

const MINUTE_MS = 60_000;
let orders = 100_000;

export type Verb = 'fulfill' | 'verify' | 'revoke';
export type Changes = Partial<Pick<FulfillmentRequest<unknown>, 'attempt' | 'signal' | 'acceptedReference'>>;
type Line = Pick<FulfillmentRequest<unknown>, 'idempotencyKey' | 'orderId' | 'orderNumber'>;
type Ended = { readonly answer: unknown; readonly failure?: undefined } | { readonly failure: DeliveryFailure };

/** One fulfiller with one line to deliver. Whatever it does that the contract does not know ends as an `AssertionError` with a sentence. */
export class Bench {
  constructor(
    readonly harness: FulfillerHarness,
    readonly fulfiller: Fulfiller,
    private readonly line = newLine(),
  ) {}

  /** The same line, at another fulfiller. */
  takenOverBy(fulfiller: Fulfiller): Bench {
    return new Bench(this.harness, fulfiller, this.line);
  }

  /** Another order of the same learner for the same product. */
  anotherOrder(): Bench {
    return new Bench(this.harness, this.fulfiller);
  }

  /** A delivery that must succeed. */
  async fulfill(changes: Changes = {}): Promise<Delivered> {
    return assertAnswer(await this.answer('fulfill', changes), this.harness);
  }

  /** A read-back that must be answered. */
  async verify(changes: Changes = {}): Promise<Receipt | null> {
    return assertReadBack(await this.answer('verify', changes));
  }

  /** A revocation that must succeed. */
  async revoke(changes: Changes = {}): Promise<void> {
    await this.answer('revoke', changes);
  }

  /** Waits for a call that must fail, and fail in the words of the contract. */
  async failureOf(verb: Verb, changes: Changes = {}): Promise<DeliveryFailure> {
    const { failure } = await this.ended(verb, changes);
    return failure ?? assert.fail(`${verb} succeeded, although the provider did not do it or did not say so.`);
  }

  /** Waits for a call, and not for ever. */
  async ended(verb: Verb, changes: Changes = {}): Promise<Ended> {
    const request = this.request(changes);
    try {
      return { answer: await settled<unknown>(verb, () => this.fulfiller[verb](request), this.harness) };
    } catch (thrown) {
      if (thrown instanceof assert.AssertionError) throw thrown;
      assert.ok(isDeliveryFailure(thrown), `${verb} threw ${inspect(thrown, { depth: 0 })}: throw a DeliveryFailure, anything else counts as a bug.`);
      return { failure: thrown };
    }
  }

  private async answer(verb: Verb, changes: Changes): Promise<unknown> {
    const { failure, ...ended } = await this.ended(verb, changes);
    if (failure) assert.fail(`${verb} failed, although the provider behaves: ${failure.kind}, ${failure.detail}`);
    return 'answer' in ended ? ended.answer : undefined;
  }

  private request(changes: Changes): FulfillmentRequest<unknown> {
    return frozen({
      ...this.line,
      placedAt: new Date('2026-03-04T09:15:20.500Z'),
      learner: { ...LEARNER },
      quantity: 1,
      details: this.details(),
      attempt: 1,
      acceptedReference: null,
      signal: new AbortController().signal,
      remainingMs: () => MINUTE_MS,
      ...changes,
    });
  }

  private details(): unknown {
    try {
      return this.fulfiller.parseDetails(this.harness.goodDetails);
    } catch (thrown) {
      return assert.fail(`parseDetails refused the good details: ${String(thrown)}`);
    }
  }
}

function newLine(): Line {
  return { idempotencyKey: randomUUID(), orderId: randomUUID(), orderNumber: `OF-${(orders += 1)}` };
}

/** The request, its learner and its details, as deep as there are plain objects and lists. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
