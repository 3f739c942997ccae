import type { Statement } from '#orders';
import type { RefundBooks } from '../books/refund.books.js';
import type { Refund } from '../refund.js';
import { NOT_FREE, type AccessVerdict } from './access-verdict.js';

export const TAKEN_FOR_NOTHING = 'The access was taken: sell it again, or leave it so.';
const TAKEN_IN_PART = 'Some of the access was taken: sell it again, or leave it so.';

/** How many of the lines `$1` are left, and how many somebody has in hand just now. */
const STANDING: Statement = {
  name: 'refunds.standing_of_lines',
  text: `select count(*) filter (where status <> 'revoked')::int as left, count(*) filter (where lease_until > now())::int as busy from order_line where id = any ($1)`,
};

/** The access half of a refund whose money came back to us while somebody was at it: nothing more is taken. */
export async function leavingVerdict(books: RefundBooks, { lines }: Pick<Refund, 'lines'>): Promise<AccessVerdict> {
  const [standing] = await books.runner.run<{ left: number; busy: number }>(STANDING, [lines.map(({ lineId }) => lineId)]);
  const { left, busy } = standing ?? { left: 0, busy: 0 };
  if (left === 0) return { result: 'done', notes: [TAKEN_FOR_NOTHING] };
  if (busy > 0) return { ...NOT_FREE, notes: [] };
  return { result: 'withdrawn', notes: left < lines.length ? [TAKEN_IN_PART] : [] };
}
