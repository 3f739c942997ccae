import type { Statement } from '../orders.database.js';

/** Gives a row when the learner `$1` has or awaits the product `$2`. */
export const OWNED: Statement = {
  name: 'orders.owned',
  text: `select 1 from order_line where learner_username = $1 and product_id = $2 and status <> 'revoked' limit 1`,
};
