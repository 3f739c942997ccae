import type { Statement } from '../orders.database.js';

export interface RecordRow {
  readonly fingerprint: string;
  readonly order_id: string;
  readonly age_ms: number;
  readonly answer_status: number | null;
  readonly answer_body: string | null;
}

/** A key's record and its age by the database's clock. */
export const FIND_RECORD: Statement = {
  name: 'orders.find_idempotency_record',
  text: `
select fingerprint, order_id, (extract(epoch from now() - created_at) * 1000)::float8 as age_ms, answer_status, answer_body
  from idempotency_record where caller = $1 and route = $2 and key = $3`,
};

/** Writes a key with its answer, unless somebody has the key; whoever writes the same key at the same time is waited for. Gives no row then. */
export const WRITE_ANSWERED: Statement = {
  name: 'orders.write_answered_idempotency_record',
  text: `
insert into idempotency_record (caller, route, key, fingerprint, order_id, created_at, answer_status, answer_body, answered_at)
values ($1, $2, $3, $4, $5, now(), $6, $7, now())
on conflict do nothing
returning key`,
};

/** Stores an answer that was never stored, unless somebody was quicker; gives the one that holds. */
export const STORE_ANSWER: Statement = {
  name: 'orders.store_answer',
  text: `
update idempotency_record
   set answer_status = coalesce(answer_status, $4), answer_body = coalesce(answer_body, $5), answered_at = coalesce(answered_at, now())
 where caller = $1 and route = $2 and key = $3
returning answer_status, answer_body`,
};
