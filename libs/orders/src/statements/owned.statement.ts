import type { Statement } from '../orders.database.js';

/** Gives a row when the learner `$1` has or awaits the product `$2`, paid for or not; what was never paid for in time does not count. */
export const OWNED: Statement = {
  name: 'orders.owned',
  text: `select 1 from order_line where learner_username = $1 and product_id = $2 and status <> 'revoked' and payment <> 'lapsed' limit 1`,
};

export interface BlockingRow {
  readonly number: string;
  readonly payment: 'awaited' | 'paid';
}

/** The order by which the learner `$1` has or awaits one of the products `$2`, one that is paid for before one that is not. */
export const BLOCKING: Statement = {
  name: 'orders.blocking',
  text: `
select o.number, l.payment from order_line l join orders o on o.id = l.order_id
 where l.learner_username = $1 and l.product_id = any ($2) and l.status <> 'revoked' and l.payment <> 'lapsed' order by l.payment = 'paid' desc limit 1`,
};
