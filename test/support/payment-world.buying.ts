import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { PaymentAbandonment, PaymentConfirmation, PaymentStart, type Caller } from '#checkout';
import type { NewPendingOrder } from '#orders';
import type { Payment } from '#payments';
import type { BuyerStep } from './gateway-control.js';
import type { PaymentWorld, PlacedPayment, ProcessorName } from './payment-world.js';
import type { WorldProcess } from './payment-world.process.js';
import type { WorldProduct } from './payment-world.provider.js';

const WAITS_FOR_MS = 3_600_000;

export interface Purchase {
  readonly by: ProcessorName;
  readonly learner: string;
  /** Which of those that there are. */
  readonly products: readonly number[];
}

/** Checkout: the order and its payment in one commit, and then the gateway hears of it. */
export async function buy(world: PaymentWorld, process: WorldProcess, { by, learner, products }: Purchase): Promise<PlacedPayment | undefined> {
  const order = pendingOrder(by, learner, world.provider.products.filter((_, index) => products.includes(index)));
  let payment: Payment | undefined;
  const placed = await process.orders.place(order, {
    before: () => Promise.resolve(true),
    after: async (runner, orderNumber) => {
      const { id: orderId, totalMinor: amountMinor, currency } = order;
      payment = await process.ledger.write(runner, { id: randomUUIDv7(), orderId, orderNumber, processor: by, amountMinor, currency });
    },
  });
  if (!placed || !payment) return undefined;
  const bought = placedPayment(payment, order);
  world.placed.push(bought);
  await process.sync.start(payment, learner);
  return bought;
}

/** From checkout to the buyer's return, without a pause. */
export async function buyAndPay(world: PaymentWorld, process: WorldProcess, purchase: Purchase): Promise<void> {
  const bought = await buy(world, process, purchase);
  if (!bought) return;
  await asBuyer(world, bought, 'pay');
  await confirm(process, bought);
}

/** What a buyer does at the gateway. He can do nothing before our row names the payment there: until then nobody has told him of it. */
export async function asBuyer(world: PaymentWorld, { paymentId }: PlacedPayment, does: BuyerStep): Promise<void> {
  const [row] = await world.sql<{ reference: string | null }>('select reference from payment where id = $1', [paymentId]);
  if (row?.reference) await world.control.buyer(does, row.reference);
}

/** The buyer's browser has done its part. */
export async function confirm(process: WorldProcess, { orderNumber, username }: PlacedPayment): Promise<void> {
  await process.get(PaymentConfirmation).confirm(orderNumber, buyer(username));
}

/** A confirmation that was under way for long: what it had looked at before may have changed since. */
export async function confirmBlindly(process: WorldProcess, { paymentId }: PlacedPayment): Promise<void> {
  await process.sync.confirm(await process.ledger.byId(paymentId), 'learner');
}

/** The order costs more than the gateway was asked to take. */
export async function raise(world: PaymentWorld, { paymentId, orderId }: PlacedPayment): Promise<void> {
  await world.sql(
    `with raised as (update payment set amount_minor = amount_minor + 1 where id = $1 and status = 'started' returning order_id)
     update orders set total_minor = total_minor + 1 where id = $2 and id in (select order_id from raised) and status = 'pending'`,
    [paymentId, orderId],
  );
}

/** The buyer wants to pay by the other gateway. */
export async function payOtherwise(world: PaymentWorld, process: WorldProcess, placed: PlacedPayment): Promise<void> {
  const processor = placed.processor === 'stripe' ? 'paypal' : 'stripe';
  await process.get(PaymentStart).start(placed.orderNumber, processor, buyer(placed.username));
  const [newest] = await process.ledger.ofOrder(placed.orderId);
  if (newest?.processor === processor) world.placed.push({ ...placed, paymentId: newest.id, processor });
}

/** The buyer gives the order up. */
export async function giveUp(process: WorldProcess, { orderNumber, username }: PlacedPayment): Promise<void> {
  await process.get(PaymentAbandonment).giveUp(orderNumber, 'He does not want it any more.', buyer(username));
}

/** The order's time is over; `isLong`: for so long that doubts about its payment keep it no more. */
export async function runOut(world: PaymentWorld, { orderId }: PlacedPayment, isLong: boolean): Promise<void> {
  const at = `now() - interval '${isLong ? 1 : 0} hours'`;
  await world.sql(`update orders set expires_at = ${at}, expiry_check_at = ${at} where id = $1 and status in ('pending', 'payment_error')`, [orderId]);
}

function buyer(username: string): Caller {
  return { username, email: `${username}@example.com`, isStaff: false, address: null };
}

function pendingOrder(processor: string, username: string, products: readonly WorldProduct[]): NewPendingOrder {
  return {
    id: randomUUIDv7(),
    currency: 'USD',
    totalMinor: products.reduce((sum, { priceMinor }) => sum + priceMinor, 0),
    learner: { username, email: `${username}@example.com`, address: null },
    placedBy: username,
    emailOptIn: false,
    idempotency: { caller: username, route: 'POST /v1/checkout', key: randomUUID(), fingerprint: 'f' },
    processor,
    waitsForMs: WAITS_FOR_MS,
    waitsUntil: null,
    lines: products.map(({ id, sku, priceMinor, details, soldOnce }) => ({ id: randomUUIDv7(), sku, productId: id, productType: 'seat', title: sku, details, quantity: 1, unitPriceMinor: priceMinor, soldOnce })),
  };
}

function placedPayment({ id: paymentId, orderNumber, amountMinor }: Payment, { id: orderId, processor, learner, lines }: NewPendingOrder): PlacedPayment {
  return { paymentId, orderId, orderNumber, processor: processor as ProcessorName, username: learner.username, lineIds: lines.map(({ id }) => id), amountMinor };
}
