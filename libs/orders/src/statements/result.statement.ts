import type { Statement } from '../orders.database.js';
import type { ReportedResult } from '../claim.js';
import type { LineStatus } from '../transitions.js';

export interface ResultRow {
  readonly status: LineStatus;
  readonly attempts: number;
  readonly known: boolean;
  readonly stored: boolean;
}

/** Which type of product a line is of: whose secrets sign its results. */
export const PRODUCT_TYPE_OF_LINE: Statement = { name: 'orders.product_type_of_line', text: 'select product_type from order_line where id = $1' };

/**
 * Keeps the message `$7`, and stores what it reports of the line `$1`: with the line itself, so that a settle that runs at the same moment
 * either finds it or is found by it, because both write the line's row. It waits for whoever has that row just now, and no claim or
 * settle has it for longer than its statement.
 *
 * An accepted line that nobody holds is due at once. What is finished or was never begun is left alone, and so is a line of which nothing
 * can have arrived when it is reported as failed. Delivered is not taken back by a later word. A message that came before changes nothing.
 */
export const STORE_RESULT: Statement = {
  name: 'orders.store_result',
  text: `
with line as (
  select l.id, l.order_id, l.status, l.attempts, l.may_have_arrived from order_line l where l.id = $1 for no key update
), message as (
  insert into reported_result (line_id, message_id, outcome, detail, reported_at)
  select id, $7, $2, $3, now() from line where attempts > 0
      on conflict do nothing
  returning line_id
), stored as (
  update order_line l
     set result_outcome = $2, result_detail = $3, next_attempt_at = case when line.status = 'accepted' and l.claim_id is null then now() else l.next_attempt_at end
    from line, message
   where l.id = line.id and (line.status = any ($4) or $2 = 'fulfilled' and line.status = any ($5) or line.status = 'open' and line.may_have_arrived)
     and not ($2 = 'failed' and l.result_outcome is not distinct from 'fulfilled')
  returning l.id
), history as (
  insert into order_history (order_id, line_id, at, actor, event, from_status, to_status, reason)
  select line.order_id, line.id, now(), $6, case $2 when 'fulfilled' then 'reportFulfilled' else 'reportFailed' end, line.status, line.status, $3
    from line, message where line.status <> $2
)
select status, attempts, attempts > 0 and not exists (select from message) as known, exists (select from stored) as stored from line`,
};

/** The values of `STORE_RESULT`: where a line may be with the provider, and where it may have been. */
export function storeResultValues(lineId: string, { outcome, detail, messageId }: ReportMessage, actor: string): unknown[] {
  const withProvider: LineStatus[] = ['fulfilling', 'accepted'];
  const elsewhere: LineStatus[] = ['open', 'failed'];
  return [lineId, outcome, detail, withProvider, elsewhere, actor, messageId];
}

/** What a provider reports, in a message that he may send again. */
export interface ReportMessage extends ReportedResult {
  /** The same whenever the same message is sent again. */
  readonly messageId: string;
}
