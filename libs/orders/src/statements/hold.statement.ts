import type { AskedBy } from '../claim.js';
import type { Statement } from '../orders.database.js';
import { LINE_STATUSES, type LineStatus } from '../transitions.js';

/** What a line was when it was to be held or let go, and whether that was done. */
export interface HoldRow {
  readonly status: LineStatus;
  readonly held: boolean;
  readonly changed: boolean;
  /** The refund that holds it; null where an operator does, or nobody. */
  readonly held_for: string | null;
}

/**
 * Sets or takes away the hold of the line `$2` of the order `$1`. It waits for whoever has the line's row just now, and no
 * claim has it for longer than its statement: a claim that comes after it sees the hold, even if it began before.
 *
 * What a refund holds is not let go.
 *
 * The line keeps its status, its claim and the time of its next attempt: `$5` are the statuses in which this may be done.
 */
function change(name: string, { event, heldBefore, heldAt }: { event: string; heldBefore: boolean; heldAt: string }): Statement {
  return {
    name,
    text: `
with line as (
  select id, status, held_at is not null as held, held_for from order_line where id = $2 and order_id = $1 for no key update
), changed as (
  update order_line l set held_at = ${heldAt} from line where l.id = line.id and line.status = any ($5) and line.held = ${heldBefore} and line.held_for is null
  returning l.id, l.status
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select $1, id, now(), $3, '${event}', status, status, $4 from changed
)
select status, held, held_for, exists (select from changed) as changed from line`,
  };
}

export const HOLD_LINE = change('orders.hold_line', { event: 'hold', heldBefore: false, heldAt: 'now()' });
export const RELEASE_LINE = change('orders.release_line', { event: 'unhold', heldBefore: true, heldAt: 'null' });

const FINISHED: ReadonlySet<LineStatus> = new Set<LineStatus>(['fulfilled', 'revoked']);

/** The values of both statements. */
export function holdValues({ orderId, lineId }: { orderId: string; lineId: string }, { actor, reason }: AskedBy): unknown[] {
  return [orderId, lineId, actor, reason, LINE_STATUSES.filter((status) => !FINISHED.has(status))];
}
