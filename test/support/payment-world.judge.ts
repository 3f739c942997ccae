import type pg from 'pg';
import type { GatewayControl, SandboxPayment } from './gateway-control.js';

/** What can be judged: a shop and its gateway. */
export interface Judged {
  readonly control: GatewayControl;
  /** What was said that should never be said. */
  readonly breakdowns: readonly string[];
  sql<Row extends pg.QueryResultRow>(query: string, values?: unknown[]): Promise<Row[]>;
  /** Is told what there was, by kind. */
  saw(what: string): void;
}

interface JudgedPayment {
  readonly id: string;
  readonly order_id: string;
  readonly processor: string;
  readonly status: string;
  readonly reference: string | null;
  readonly captured: number;
  readonly refunded: number;
  readonly reserved: number;
  readonly amount: number;
  readonly opened_order: boolean;
  readonly parked_cause: string | null;
  readonly parked_action: string | null;
}

export interface JudgedOrder {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly total: number;
  readonly paid: number;
  readonly expired: number;
  readonly lines: { readonly id: string; readonly status: string; readonly payment: string; readonly product: string; readonly learner: string; readonly heldFor: string | null; readonly isHeld: boolean; readonly soldOnce: boolean }[];
}

interface JudgedRefund {
  readonly id: string;
  readonly number: string;
  readonly payment_id: string | null;
  readonly origin: string;
  readonly status: string;
  readonly amount: number;
  readonly access: string;
  readonly money_is_back: boolean;
  readonly failure_kind: string | null;
  readonly lines: readonly string[];
}

/** What a run has left behind, on all sides. */
export interface Evidence {
  readonly there: readonly SandboxPayment[];
  readonly here: readonly JudgedPayment[];
  readonly orders: readonly JudgedOrder[];
  readonly refunds: readonly JudgedRefund[];
}

const UNPAID = ['pending', 'payment_error', 'expired'];

/** Every promise that is broken, in words; none when all is well. To be asked when everything has been healed. */
export async function breaches(world: Judged, wrongDeliveries: (evidence: Evidence) => string[] | Promise<string[]>): Promise<string[]> {
  const evidence = await gather(world);
  note(world, evidence);
  return [...world.breakdowns, ...ledgersDiffer(evidence), ...wrongOrders(evidence), ...wrongRefunds(evidence), ...(await wrongDeliveries(evidence)), ...(await stuck(world, evidence))];
}

async function gather(world: Judged): Promise<Evidence> {
  const [there, here, orders, refunds] = await Promise.all([
    world.control.payments(),
    world.sql<JudgedPayment>(
      `select id, order_id, processor, status, reference, captured_minor::float8 as captured, refunded_minor::float8 as refunded, reserved_minor::float8 as reserved, amount_minor::float8 as amount, opened_order, parked_cause, parked_action from payment`,
    ),
    world.sql<JudgedOrder>(
      `select o.id, o.number, o.status, o.total_minor::float8 as total, (select count(*)::int from order_history h where h.order_id = o.id and h.event = 'pay') as paid,
              (select count(*)::int from order_history h where h.order_id = o.id and h.event = 'expire') as expired,
              (select json_agg(json_build_object('id', l.id, 'status', l.status, 'payment', l.payment, 'product', l.product_id, 'learner', l.learner_username, 'heldFor', l.held_for, 'isHeld', l.held_at is not null, 'soldOnce', l.sold_once)) from order_line l where l.order_id = o.id) as lines
         from orders o`,
    ),
    world.sql<JudgedRefund>(
      `select id, number, payment_id, origin, status, amount_minor::float8 as amount, access, money_is_back, failure_kind, array(select line_id from refund_line l where l.refund_id = r.id and l.live) as lines from refund r`,
    ),
  ]);
  return { there, here, orders, refunds };
}

function note(world: Pick<Judged, 'saw'>, { here, orders, refunds }: Evidence): void {
  for (const { status } of orders) world.saw(`order ${status}`);
  for (const { processor, opened_order: opened, parked_cause: parked } of here) world.saw(opened ? `opened by ${processor}` : parked === null ? 'not captured' : `parked: ${parked}`);
  for (const { origin, status } of refunds) world.saw(`refund by ${origin} ${status}`);
}

/** Our rows and the gateway's ledger say the same of all money. */
function ledgersDiffer({ there, here }: Evidence): string[] {
  const found: string[] = [];
  const byId = new Map(here.map((payment) => [payment.id, payment]));
  const takenThere = new Map<string, number>();
  for (const payment of there) {
    const { id, capturedMinor, refundedMinor, disputedMinor } = payment;
    if (capturedMinor === 0) continue;
    const row = byId.get(ourIdOf(payment));
    if (refundedMinor > capturedMinor) found.push(`${id}: ${refundedMinor} of ${capturedMinor} went back at the gateway.`);
    if (!row) found.push(`${id} took ${capturedMinor}, and no payment of ours knows of it.`);
    else if (row.reference !== id) found.push(`${id} took ${capturedMinor} for payment ${row.id}, which knows of ${String(row.reference)}.`);
    else if (row.captured !== capturedMinor || row.refunded !== Math.min(capturedMinor, refundedMinor + disputedMinor)) {
      found.push(`Payment ${row.id} (${id}): captured ${row.captured} here and ${capturedMinor} there, back ${row.refunded} here and ${refundedMinor} + ${disputedMinor} there.`);
    }
    takenThere.set(ourIdOf(payment), capturedMinor);
  }
  for (const { id, captured } of here) if (captured > 0 && !takenThere.has(id)) found.push(`Payment ${id} counts ${captured} as captured, and the gateway took nothing.`);
  return found;
}

/** Each order is opened once, by one payment to the cent; and no money is forgotten. */
function wrongOrders({ here, orders }: Evidence): string[] {
  const found: string[] = [];
  for (const { id, number, status, total, paid, expired } of orders) {
    const opened = here.filter((payment) => payment.order_id === id && payment.opened_order);
    if (paid > 1) found.push(`Order ${number} was opened ${paid} times.`);
    if (paid > 0 && expired > 0) found.push(`Order ${number} was given up, and opened all the same.`);
    if (opened.length !== paid) found.push(`Order ${number} was opened ${paid} times, by ${opened.length} payments.`);
    if (UNPAID.includes(status) !== (paid === 0)) found.push(`Order ${number} is ${status}, and was opened ${paid} times.`);
    for (const payment of opened) if (payment.captured !== total) found.push(`Order ${number} costs ${total}, and ${payment.captured} opened it.`);
  }
  for (const { id, status, opened_order: opened, parked_cause: parked } of here) {
    if (status === 'captured' && !opened && parked === null) found.push(`Payment ${id} was captured, opened nothing, and is not parked: it is forgotten.`);
  }
  return [...found, ...soldTwice(orders)];
}

function soldTwice(orders: readonly JudgedOrder[]): string[] {
  const owned = orders.flatMap(({ lines }) => lines).filter(({ status, payment, soldOnce }) => soldOnce && status !== 'revoked' && payment !== 'lapsed').map(({ learner, product }) => `${learner} ${product}`);
  return owned.filter((one, index) => owned.indexOf(one) !== index).map((one) => `${one} is owned twice.`);
}

/** A refund's money goes back once, and is counted once; its lines end with it. */
function wrongRefunds({ there, here, refunds, orders }: Evidence): string[] {
  const found: string[] = [];
  const made = there.flatMap((payment) => payment.refunds).filter(({ status }) => status !== 'failed');
  const lines = new Map(orders.flatMap((order) => order.lines.map((line) => [line.id, line] as const)));
  for (const refund of refunds) {
    const { id, number, payment_id: paymentId, origin, status, amount, access, lines: own } = refund;
    const asked = made.filter(({ metadata }) => Object.values(metadata).includes(id));
    const isOurs = !isOutside(origin) && paymentId !== null && amount > 0;
    if (asked.length > 1) found.push(`Refund ${number} was made ${asked.length} times at the gateway.`);
    if (isOurs && isGone(refund) !== (asked.length === 1)) found.push(`Refund ${number} is ${status}, and was made ${asked.length} times at the gateway.`);
    if (asked.some(({ amountMinor }) => amountMinor !== amount)) found.push(`Refund ${number} is of ${amount}, and the gateway returned something else.`);
    if (status === 'complete' && access === 'revoke') found.push(...own.filter((line) => lines.get(line)?.status !== 'revoked').map((line) => `Refund ${number} is complete, and line ${line} is ${String(lines.get(line)?.status)}.`));
  }
  for (const { id, captured, reserved, refunded } of here) {
    const sum = (counts: (refund: JudgedRefund) => boolean) => refunds.filter((refund) => refund.payment_id === id && counts(refund)).reduce((total, { amount }) => total + amount, 0);
    const [gone, onItsWay] = [sum(isGone), sum((refund) => !isGone(refund) && isReserved(refund))];
    const counted = [Math.min(captured, gone), Math.min(captured - Math.min(captured, gone), onItsWay)];
    if (counted[0] !== refunded || counted[1] !== reserved) found.push(`Payment ${id} says ${refunded} back and ${reserved} on its way; its refunds say ${String(counted)}.`);
  }
  for (const { id, heldFor } of lines.values()) {
    const refund = refunds.find((one) => one.id === heldFor);
    if (heldFor !== null && (!refund || refund.status === 'denied' || refund.status === 'complete')) found.push(`Line ${id} is held for a refund that is ${String(refund?.status)}.`);
  }
  for (const { number, status, paid, lines: own } of orders) if (paid > 0 && (status === 'refunded') !== own.every((line) => line.status === 'revoked')) found.push(`Order ${number} is ${status}; its lines are ${own.map((line) => line.status).join(', ')}.`);
  return found;
}

function isOutside(origin: string): boolean {
  return origin === 'gateway' || origin === 'dispute';
}

function isGone({ origin, status, money_is_back: isBack }: JudgedRefund): boolean {
  return !isBack && (isOutside(origin) || ['money_returned', 'access_error', 'complete'].includes(status));
}

function isReserved({ origin, status }: JudgedRefund): boolean {
  return !isOutside(origin) && ['requested', 'approved', 'money_error'].includes(status);
}

/** Nothing waits for somebody who does not come. */
async function stuck(world: Judged, { here, orders, refunds }: Evidence): Promise<string[]> {
  const found: string[] = [];
  const statusOf = new Map(orders.map(({ id, status }) => [id, status]));
  for (const { id, order_id: orderId, status } of here) {
    const order = statusOf.get(orderId) ?? '';
    if ((status === 'created' || status === 'started') && order !== 'pending' && order !== 'payment_error') found.push(`Payment ${id} is ${status}, and its order is ${order}.`);
  }
  for (const { number, status, failure_kind: failure } of refunds) if (status === 'approved' || status === 'money_returned') found.push(`Refund ${number} is ${status} still (${failure ?? 'no failure'}).`);
  for (const { number, status, failure_kind: failure } of refunds) if (status.endsWith('_error') && failure === null) found.push(`Refund ${number} is ${status}, and nobody is told why.`);
  for (const { id, parked_action: action } of here) if (action === 'refund' && !refunds.some((refund) => refund.payment_id === id && refund.status === 'money_error')) found.push(`Payment ${id} is to go back, and has not.`);
  const events = await world.sql<{ type: string; detail: string }>(`select type, detail from payment_event where status = 'received'`);
  found.push(...events.map(({ type, detail }) => `An event ${type} is not dealt with: ${detail}`));
  const lines = await world.sql<{ id: string; status: string }>(`select id, status from order_line where payment = 'paid' and held_at is null and status not in ('fulfilled', 'revoked')`);
  found.push(...lines.map(({ id, status }) => `Line ${id} is paid for and ${status}.`));
  const late = await world.sql<{ id: string }>(`select id from orders where status in ('pending', 'payment_error') and expires_at <= now()`);
  found.push(...late.map(({ id }) => `Order ${id} waits, and its time is over.`));
  return found;
}

function ourIdOf({ gateway, metadata }: SandboxPayment): string {
  return (gateway === 'stripe' ? metadata['payment_id'] : metadata['custom_id']) ?? '';
}
