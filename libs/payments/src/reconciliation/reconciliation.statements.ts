import type { Statement } from '#orders';
import { PAYMENT_COLUMNS, type PaymentRow } from '../ledger/payment.statements.js';

/** A payment of ours, and its place in the order of capture, as text: to the microsecond. */
export interface CapturedRow extends PaymentRow {
  readonly position: string;
}

/** What a page of listed payments can be here: by the references `$2`, by what the money is called `$3`, by our identifiers `$4`. Reads an index for each. */
export const FIND_LISTED: Statement = {
  name: 'reconciliation.find_listed',
  text: `
select ${PAYMENT_COLUMNS} from payment where processor = $1 and reference = any ($2::text[])
union
select ${PAYMENT_COLUMNS} from payment where processor = $1 and capture_reference = any ($3::text[])
union
select ${PAYMENT_COLUMNS} from payment where id = any ($4::uuid[])`,
};

/** The next `$5` payments that were captured before `$4`, after the place `$2`, `$3`. Reads `payment_captured_index`. */
export const FIND_CAPTURED: Statement = {
  name: 'reconciliation.find_captured',
  text: `
select ${PAYMENT_COLUMNS}, captured_at::text as position from payment
 where processor = $1 and captured_at >= $2::timestamptz and captured_at < $4::timestamptz and (captured_at, id) > ($2::timestamptz, $3::uuid)
 order by captured_at, id limit $5`,
};

/** When the payment was captured before which there are `$4` of the window. Gives no row where there are no more. Reads `payment_captured_index`. */
export const FIND_CUT: Statement = {
  name: 'reconciliation.find_cut',
  text: `select captured_at from payment where processor = $1 and captured_at >= $2::timestamptz and captured_at < $3::timestamptz order by captured_at offset $4 limit 1`,
};

export const FIND_ORDERS: Statement = { name: 'reconciliation.find_orders', text: `select number from orders where number = any ($1::text[])` };
