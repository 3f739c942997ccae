import { inMs, type FailureKind, type Statement } from '#orders';
import { PaymentNotFoundError } from './payment.errors.js';
import type { ParkedAction, ParkedCause, Payment, PaymentStatus } from './payment.js';

export interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly order_number: string;
  readonly processor: string;
  readonly status: PaymentStatus;
  readonly amount_minor: string;
  readonly currency: string;
  readonly reference: string | null;
  readonly capture_reference: string | null;
  readonly captured_minor: string;
  readonly captured_currency: string | null;
  readonly refunded_minor: string;
  readonly reserved_minor: string;
  readonly declined: string | null;
  readonly opened_order: boolean;
  readonly parked_cause: ParkedCause | null;
  readonly parked_action: ParkedAction | null;
  readonly owed: boolean;
  readonly owed_settled_at: Date | null;
  readonly failure_kind: FailureKind | null;
  readonly failure_detail: string | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly captured_at: Date | null;
}

export function paymentOf(row: PaymentRow): Payment {
  return {
    id: row.id,
    orderId: row.order_id,
    orderNumber: row.order_number,
    processor: row.processor,
    status: row.status,
    amountMinor: Number(row.amount_minor),
    currency: row.currency,
    reference: row.reference,
    captureReference: row.capture_reference,
    capturedMinor: Number(row.captured_minor),
    capturedCurrency: row.captured_currency,
    refundedMinor: Number(row.refunded_minor),
    reservedMinor: Number(row.reserved_minor),
    declined: row.declined,
    openedOrder: row.opened_order,
    parked: row.parked_cause && row.parked_action && { cause: row.parked_cause, action: row.parked_action },
    owed: row.owed,
    owedSettledAt: row.owed_settled_at,
    failure: row.failure_kind && row.failure_detail !== null ? { kind: row.failure_kind, detail: row.failure_detail } : null,
    attempts: row.attempts,
    createdAt: row.created_at,
    capturedAt: row.captured_at,
  };
}

/** @throws {PaymentNotFoundError} where there is no row. */
export function onePayment([row]: readonly PaymentRow[]): Payment {
  if (!row) throw new PaymentNotFoundError();
  return paymentOf(row);
}

/** The columns of `PaymentRow`. */
export const PAYMENT_COLUMNS = `id, order_id, order_number, processor, status, amount_minor, currency, reference, capture_reference, captured_minor, captured_currency, refunded_minor, reserved_minor,
  declined, opened_order, parked_cause, parked_action, owed, owed_settled_at, failure_kind, failure_detail, attempts, created_at, captured_at`;

/** Before its gateway hears of it: read back by itself after `$7` ms, should whoever starts it die. */
export const WRITE_PAYMENT: Statement = {
  name: 'payments.write',
  text: `
insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, next_check_at, created_at, updated_at)
values ($1, $2, $3, $4, 'created', $5, $6, ${inMs('$7')}, now(), now())
returning ${PAYMENT_COLUMNS}`,
};

/**
 * The payment `$1` by the processor `$3`, after others have failed, of the locked order `$2` while that can be paid; `$4` as `WRITE_PAYMENT`'s `$7`. Gives no row when
 * it cannot, when money of it is parked that may yet open it, and when it has a payment that can still be paid: `payment_living_key` has two at once end in one.
 */
export const WRITE_ANOTHER: Statement = {
  name: 'payments.write_another',
  text: `
insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, next_check_at, created_at, updated_at)
select $1, o.id, o.number, $3, 'created', o.total_minor, o.currency, ${inMs('$4')}, now(), now()
  from orders o
 where o.id = $2 and o.status in ('pending', 'payment_error') and o.expires_at > now()
   and not exists (select from payment p where p.order_id = o.id and p.parked_action in ('ask', 'refund'))
on conflict (order_id) where status in ('created', 'started') do nothing
returning ${PAYMENT_COLUMNS}`,
};

/** Gives up a payment of which no buyer has ever heard: what a browser does next is handed out after its reference is written. */
export const ABANDON: Statement = {
  name: 'payments.abandon',
  text: `update payment set status = 'failed', next_check_at = null, attempts = 0, updated_at = now() where id = $1 and status = 'created' and reference is null returning id`,
};

/** What somebody owes, and is delivered for on trust. */
export const WRITE_OWED: Statement = {
  name: 'payments.write_owed',
  text: `
insert into payment (id, order_id, order_number, processor, status, amount_minor, currency, reference, captured_minor, captured_currency, opened_order, owed, created_at, captured_at, updated_at)
values ($1, $2, $3, $4, 'captured', $5, $6, null, $5, $6, true, true, now(), now(), now())
returning ${PAYMENT_COLUMNS}`,
};

export const FIND_PAYMENT: Statement = { name: 'payments.find', text: `select ${PAYMENT_COLUMNS} from payment where id = $1` };

/** Whoever changes it has locked its order before, where that may change as well. */
export const LOCK_PAYMENT: Statement = { name: 'payments.lock', text: `select ${PAYMENT_COLUMNS} from payment where id = $1 for no key update` };

/** All payments of an order, the newest first; there are few. */
export const PAYMENTS_OF_ORDER: Statement = { name: 'payments.of_order', text: `select ${PAYMENT_COLUMNS} from payment where order_id = $1 order by id desc limit 100` };

/** How a locked payment stands now. `$5` is what was captured, `$9` why it is parked, `$11` when it is read back again (null: never), `$12` how often that came to nothing in a row. */
export const CHANGE_PAYMENT: Statement = {
  name: 'payments.change',
  text: `
update payment
   set status = $2, reference = coalesce($3, reference), capture_reference = coalesce($4, capture_reference), captured_minor = $5, captured_currency = $6,
       captured_at = case when $2 = 'captured' then coalesce(captured_at, now()) end, declined = $7, opened_order = $8, parked_cause = $9, parked_action = $10,
       next_check_at = ${inMs('$11')}, attempts = $12, failure_kind = null, failure_detail = null, updated_at = now()
 where id = $1
returning ${PAYMENT_COLUMNS}`,
};

/** The `$1` payments that are to be read back, the longest waiting first. Never locks. */
export const FIND_CHECKS: Statement = {
  name: 'payments.find_checks',
  text: `select id, next_check_at as due_at from payment where next_check_at <= now() order by next_check_at limit $1`,
};

/** Takes the read-back of the payment `$1` for `$2` ms: whoever dies with it leaves it due then. Gives no row when somebody else has it. */
export const CLAIM_CHECK: Statement = {
  name: 'payments.claim_check',
  text: `
update payment set next_check_at = ${inMs('$2')}, attempts = attempts + 1
 where id = (select id from payment where id = $1 and next_check_at <= now() for no key update skip locked)
returning ${PAYMENT_COLUMNS}, (select o.status from orders o where o.id = order_id) as order_status`,
};

/** The gateway could not be asked: why, and when it is asked again. Of a captured payment nothing waits for the answer. */
export const CHECK_FAILED: Statement = {
  name: 'payments.check_failed',
  text: `update payment set failure_kind = $2, failure_detail = $3, next_check_at = case when next_check_at is not null then ${inMs('$4')} end, updated_at = now() where id = $1`,
};
