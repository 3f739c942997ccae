import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { LINE_RETRY } from '#fulfillment';
import { REFUND_ACCESS, REFUND_MONEY } from '#refunds';
import { asBuyer, buy, buyAndPay, confirm, confirmBlindly, giveUp, payOtherwise, raise, runOut } from './payment-world.buying.js';
import type { BuyerStep } from './gateway-control.js';
import { addFault } from './payment-world.gateway.js';
import { PROCESSORS, type PaymentWorld, type PlacedPayment, type ProcessorName } from './payment-world.js';
import { SOURCE_NAMES, type WorldProcess } from './payment-world.process.js';
import { PROVIDER_FAULTS } from './payment-world.provider.js';
import { GATEWAY_TIMEOUT_MS } from './payment-world.wiring.js';

/** What one call of a gateway may meet. */
const FAULT_KINDS = ['reset_before', 'reset_after', 'status', 'status_after', 'error_body', 'truncated', 'hang_before', 'hang_after', 'latency'] as const;
/** A call that arrives so late was given up before. */
export const LATE_MS = 3 * GATEWAY_TIMEOUT_MS;
const CALLS = {
  stripe: {
    start: { method: 'POST', path: '/v1/payment_intents' },
    read: { method: 'GET', path: '/v1/payment_intents/*' },
    take: { method: 'GET', path: '/v1/payment_intents/*' },
    cancel: { method: 'POST', path: '/v1/payment_intents/*/cancel' },
    listRefunds: { method: 'GET', path: '/v1/refunds' },
    refund: { method: 'POST', path: '/v1/refunds' },
  },
  paypal: {
    start: { method: 'POST', path: '/v2/checkout/orders' },
    read: { method: 'GET', path: '/v2/checkout/orders/*' },
    take: { method: 'POST', path: '/v2/checkout/orders/*/capture' },
    cancel: { method: 'GET', path: '/v2/checkout/orders/*' },
    listRefunds: { method: 'GET', path: '/v2/checkout/orders/*' },
    refund: { method: 'POST', path: '/v2/payments/captures/*/refund' },
  },
} as const;
export type GatewayVerb = keyof (typeof CALLS)['stripe'];

export interface Trouble {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly verb: GatewayVerb;
}

/** What one call to a gateway meets. */
export function trouble(...verbs: readonly GatewayVerb[]): fc.Arbitrary<Trouble> {
  return fc.record({ kind: fc.constantFrom(...FAULT_KINDS), verb: fc.constantFrom(...verbs) });
}

export async function makeTrouble(world: PaymentWorld, processor: ProcessorName, wish: Trouble | null): Promise<void> {
  if (wish === null) return;
  const { kind, verb } = wish;
  await addFault(world.gateway, { kind, ...CALLS[processor][verb], times: 1, ...(kind.startsWith('status') && { status: 503 }), ...(kind === 'latency' && { ms: LATE_MS }) });
}

/** One thing that happens. Printed with all that was drawn for it, so that a failure can be read. */
export class Step {
  constructor(
    private readonly name: string,
    private readonly wish: unknown,
    readonly perform: (world: PaymentWorld) => Promise<unknown>,
  ) {}

  [fc.toStringMethod](): string {
    return `${this.name} ${JSON.stringify(this.wish)}`;
  }
}

export type WeightedStep = fc.WeightedArbitrary<Step>;

export function step<Wish>(name: string, weight: number, wish: fc.Arbitrary<Wish>, perform: (world: PaymentWorld, wish: Wish) => Promise<unknown>): WeightedStep {
  return { weight, arbitrary: wish.map((drawn) => new Step(name, drawn, (world) => perform(world, drawn))) };
}

/** Which process does it. */
export const on = fc.nat({ max: 1 });
/** Which payment, counted back from the one that was placed last. */
export const which = fc.nat({ max: 2 });
export const share = fc.constantFrom(1, 0.5, 0.1);

/** The payment that is meant, if there is one. */
export function placedOf(world: PaymentWorld, back: number): PlacedPayment | undefined {
  return world.placed.at(-1 - (back % Math.max(1, world.placed.length)));
}

/** Who does it: one process, or both at the same time. */
export const by = fc.constantFrom<readonly number[]>([0], [1], [0, 1]);

/** What processes do about a payment. */
export async function about(world: PaymentWorld, what: string, wish: { readonly by: readonly number[]; readonly which: number }, work: (process: WorldProcess, placed: PlacedPayment) => Promise<unknown>): Promise<void> {
  const placed = placedOf(world, wish.which);
  if (placed) await Promise.all(wish.by.map((place) => world.attempt(place, what, (process) => work(process, placed))));
}

/** What happens at the gateway, where it can. */
export async function atGateway(world: PaymentWorld, back: number, work: (placed: PlacedPayment) => Promise<unknown>): Promise<void> {
  const placed = placedOf(world, back);
  if (placed) await work(placed).catch(() => undefined);
}

export function shareOf(amountMinor: number, part: number): number {
  return Math.max(1, Math.floor(amountMinor * part));
}

async function killed(world: PaymentWorld, wish: { readonly on: number; readonly afterMs: number }): Promise<void> {
  await sleep(wish.afterMs);
  await world.kill(wish.on);
}

const buyerStep = fc.oneof({ weight: 4, arbitrary: fc.constant<BuyerStep>('pay') }, { weight: 2, arbitrary: fc.constantFrom<BuyerStep>('decline', 'require-action', 'complete-action', 'cancel') });

const purchase = { on, by: fc.constantFrom(...PROCESSORS), learner: fc.constantFrom('ann', 'bob', 'cid'), products: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }) };

export const BUYING: readonly WeightedStep[] = [
  step('buy', 4, fc.record(purchase), (world, wish) => world.attempt(wish.on, 'buy', (process) => buy(world, process, wish))),
  step('buy and pay', 6, fc.record({ ...purchase, trouble: fc.option(trouble('start', 'read', 'take')) }), async (world, wish) => {
    await makeTrouble(world, wish.by, wish.trouble);
    await world.attempt(wish.on, 'buy and pay', (process) => buyAndPay(world, process, wish));
  }),
  step('buyer', 6, fc.record({ which, does: buyerStep }), (world, wish) => atGateway(world, wish.which, (placed) => asBuyer(world, placed, wish.does))),
  step('confirm', 5, fc.record({ by, which }), (world, wish) => about(world, 'confirm', wish, confirm)),
  step('confirm blindly', 2, fc.record({ by, which }), (world, wish) => about(world, 'confirm blindly', wish, confirmBlindly)),
  step('pay otherwise', 1, fc.record({ by, which }), (world, wish) => about(world, 'pay otherwise', wish, (process, placed) => payOtherwise(world, process, placed))),
  step('give up', 1, fc.record({ by, which }), (world, wish) => about(world, 'give up', wish, giveUp)),
  step('run out', 2, fc.record({ which, isLong: fc.boolean() }), (world, wish) => atGateway(world, wish.which, (placed) => runOut(world, placed, wish.isLong))),
  step('costs more', 1, fc.record({ which }), (world, wish) => atGateway(world, wish.which, (placed) => raise(world, placed))),
];

export const WORLD: readonly WeightedStep[] = [
  step('webhooks', 3, fc.record({ on, order: fc.constantFrom('in', 'reversed', 'random'), repeat: fc.constantFrom(1, 2), seed: fc.nat({ max: 99 }) }), (world, { on: place, ...wish }) => {
    world.receiveBy(place);
    return world.control.release(wish);
  }),
  step('turn', 8, fc.record({ by, source: fc.constantFrom(...SOURCE_NAMES) }), (world, wish) => Promise.all(wish.by.map((place) => world.turn(place, wish.source)))),
  step('trouble', 3, fc.record({ at: fc.constantFrom(...PROCESSORS), meets: trouble('start', 'read', 'take', 'cancel', 'listRefunds', 'refund') }), (world, { at, meets }) => makeTrouble(world, at, meets)),
  step('keys are forgotten', 1, fc.constant(null), (world) => world.control.forgetKeys()),
  step('provider fails', 1, fc.constantFrom(...PROVIDER_FAULTS), (world, fault) => world.provider.fail(fault)),
  step('kill', 2, fc.record({ on, afterMs: fc.nat({ max: 25 }) }), killed),
];

/** For runs that are about what becomes of what was bought: nobody pays late, and the gateway works. */
export const DELIVERING: readonly WeightedStep[] = [
  step('buy and pay', 10, fc.record({ ...purchase, by: fc.constant('stripe' as const) }), (world, wish) => world.attempt(wish.on, 'buy and pay', (process) => buyAndPay(world, process, wish))),
  step('turn', 8, fc.record({ by, source: fc.constantFrom(LINE_RETRY, REFUND_MONEY, REFUND_ACCESS) }), (world, wish) => Promise.all(wish.by.map((place) => world.turn(place, wish.source)))),
  step('provider fails', 7, fc.constantFrom(...PROVIDER_FAULTS), (world, fault) => world.provider.fail(fault)),
  step('provider is mended', 3, fc.constant(null), (world) => world.provider.mend()),
  step('kill', 2, fc.record({ on, afterMs: fc.nat({ max: 25 }) }), killed),
];

/** What is done without asking anybody. */
const access = fc.constantFrom('revoke' as const, 'keep' as const, 'ask' as const);
const ofProcessor = fc.record({ latePayments: fc.constantFrom('refund' as const, 'park' as const), outsideRefunds: access, disputes: access }, { noNullPrototype: true });
export const rules = fc.record({ stripe: ofProcessor, paypal: ofProcessor }, { noNullPrototype: true });

/** What happens at the same time; before it, time may have passed for everything that waits. */
export class Batch {
  constructor(
    readonly late: boolean,
    readonly steps: readonly Step[],
  ) {}

  [fc.toStringMethod](): string {
    return `\n  ${this.late ? 'later ' : ''}{ ${this.steps.map((one) => one[fc.toStringMethod]()).join(' | ')} }`;
  }
}

/** What one run plays. */
export function batchesOf(steps: readonly WeightedStep[]): fc.Arbitrary<Batch[]> {
  const batch = fc.tuple(fc.boolean(), fc.array(fc.oneof(...steps), { minLength: 1, maxLength: 5, size: 'max' })).map(([late, drawn]) => new Batch(late, drawn));
  return fc.array(batch, { minLength: 5, maxLength: 14, size: 'max' });
}

/** Plays a batch to its end. */
export async function play(world: PaymentWorld, { late, steps }: Batch): Promise<void> {
  if (late) await world.letTimePass();
  await Promise.all(steps.map(({ perform }) => perform(world)));
}
