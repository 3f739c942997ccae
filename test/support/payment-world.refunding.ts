import fc from 'fast-check';
import { becomesTrue } from '../../apps/local/src/polling.js';
import { buyAndPay } from './payment-world.buying.js';
import type { PaymentWorld, PlacedPayment } from './payment-world.js';
import { RefundReader, RefundsService, type Refund } from '#refunds';
import { about, atGateway, by, makeTrouble, on, placedOf, share, shareOf, step, trouble, which, type WeightedStep } from './payment-world.steps.js';
import type { WorldProcess } from './payment-world.process.js';

async function closeDispute(world: PaymentWorld, paymentId: string, outcome: 'won' | 'lost'): Promise<void> {
  const { disputes } = await world.control.payment(paymentId);
  const open = disputes.find(({ status }) => status === 'open');
  if (open) await world.control.closeDispute(open.id, outcome);
}

/** Money that goes back without us. */
export const OUTSIDE: readonly WeightedStep[] = [
  step('console refund', 2, fc.record({ which, share }), (world, wish) => atGateway(world, wish.which, ({ paymentId, amountMinor }) => world.control.refundInConsole(paymentId, shareOf(amountMinor, wish.share)))),
  step('dispute', 1, fc.record({ which, share }), (world, wish) => atGateway(world, wish.which, ({ paymentId, amountMinor }) => world.control.dispute(paymentId, shareOf(amountMinor, wish.share)))),
  step('dispute ends', 1, fc.record({ which, outcome: fc.constantFrom('won', 'lost') }), (world, wish) => atGateway(world, wish.which, ({ paymentId }) => closeDispute(world, paymentId, wish.outcome))),
  step('refunds', 1, fc.constantFrom('succeed', 'pending'), (world, refunds) => world.control.ways({ refunds })),
];

const DELIVERY_MS = 300;
const REASON = 'He changed his mind.';
type Part = 'all' | 'one line' | 'some money';

/** Somebody asks for a refund: a learner for what he may, staff for what they like. */
async function request(world: PaymentWorld, process: WorldProcess, { orderNumber, lineIds, amountMinor, username }: PlacedPayment, wish: { readonly who: 'learner' | 'staff'; readonly part: Part; readonly share: number }): Promise<void> {
  const isStaff = wish.who === 'staff';
  const asked = { orderNumber, reason: REASON, ...(wish.part === 'one line' && { lineIds: lineIds.slice(0, 1) }), ...(wish.part === 'some money' && isStaff && { amountMinor: shareOf(amountMinor, wish.share) }) };
  await process.get(RefundsService).request(asked, { actor: isStaff ? 'staff' : username, isStaff, learner: isStaff ? undefined : username });
  await noteHeld(world, orderNumber);
}

/** How lines stood when a refund took hold of them. */
async function noteHeld(world: PaymentWorld, orderNumber: string): Promise<void> {
  const held = await world.sql<{ status: string; may_have_arrived: boolean }>('select l.status, l.may_have_arrived from order_line l join orders o on o.id = l.order_id where o.number = $1 and l.held_for is not null', [orderNumber]);
  for (const { status, may_have_arrived: mayHaveArrived } of held) world.saw(`held while ${status}${mayHaveArrived ? ', and it may have arrived' : ''}`);
}

async function decide(process: WorldProcess, number: string, decision: 'approve' | 'deny' | 'retry'): Promise<unknown> {
  return process.get(RefundsService)[decision](number, { actor: 'staff', reason: REASON });
}

/** The refunds of one order, the newest first. */
async function refundsOf(process: WorldProcess, orderId: string): Promise<readonly Refund[]> {
  return (await process.get(RefundReader).ofOrder(orderId)).toReversed();
}

/** Staff return part of the money, and decide that at once. */
async function returnMoney(process: WorldProcess, { orderNumber, amountMinor }: PlacedPayment, part: number): Promise<void> {
  const by = { actor: 'staff', reason: REASON };
  const refund = await process.get(RefundsService).request({ orderNumber, amountMinor: shareOf(amountMinor, part), reason: REASON }, { actor: 'staff', isStaff: true });
  if (refund.status === 'requested') await process.get(RefundsService).approve(refund.number, by);
}

/** Somebody wants his money back while what he bought is being delivered. */
async function requestMeanwhile(world: PaymentWorld, wish: { readonly on: number; readonly learner: string; readonly products: readonly number[] }): Promise<void> {
  await world.provider.fail('slow');
  const known = world.placed.length;
  const buying = world.attempt(wish.on, 'buy and pay', (process) => buyAndPay(world, process, { by: 'stripe', ...wish }));
  const isDelivering = async () => {
    const placed = world.placed[known];
    return placed !== undefined && (await world.sql(`select 1 from order_line where order_id = $1 and status = 'fulfilling'`, [placed.orderId])).length > 0;
  };
  if (await becomesTrue(isDelivering, { limitMs: DELIVERY_MS, everyMs: 5 })) {
    const placed = world.placed[known];
    if (placed) await world.attempt(wish.on + 1, 'request meanwhile', (process) => request(world, process, placed, { who: 'staff', part: 'all', share: 1 }));
  }
  await buying;
}

/** Money that goes back by us, or is to. */
export const REFUNDING: readonly WeightedStep[] = [
  step('refund meanwhile', 2, fc.record({ on, learner: fc.constantFrom('ann', 'bob', 'cid'), products: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1, maxLength: 2 }) }), requestMeanwhile),
  step('request', 5, fc.record({ by, which, who: fc.constantFrom('learner' as const, 'staff' as const), part: fc.constantFrom<Part>('all', 'all', 'one line', 'some money'), share }), (world, wish) =>
    about(world, 'request', wish, (process, placed) => request(world, process, placed, wish)),
  ),
  step('return money', 4, fc.record({ by, which, share, trouble: fc.option(trouble('refund', 'listRefunds', 'read')) }), (world, wish) => {
    const processor = placedOf(world, wish.which)?.processor;
    return makeTrouble(world, processor ?? 'stripe', wish.trouble).then(() => about(world, 'return money', wish, (process, placed) => returnMoney(process, placed, wish.share)));
  }),
  step('decide', 6, fc.record({ by, which, decision: fc.constantFrom('approve' as const, 'approve' as const, 'deny' as const, 'retry' as const), refund: fc.nat({ max: 2 }) }), (world, wish) =>
    about(world, 'decide', wish, async (process, { orderId }) => {
      const refunds = await refundsOf(process, orderId);
      const refund = refunds[wish.refund % Math.max(1, refunds.length)];
      if (refund) await decide(process, refund.number, wish.decision);
    }),
  ),
  step('return parked', 1, fc.record({ by, which }), (world, wish) =>
    about(world, 'return parked', wish, async (process, { paymentId }) => process.get(RefundsService).returnParked(await process.ledger.byId(paymentId), { actor: 'staff', reason: REASON })),
  ),
];
