import { inMs, type Statement } from '#orders';
import { PAYMENT_COLUMNS } from '../ledger/payment.statements.js';
import { INBOX_COLUMNS, type InboxStatus } from './inbox-event.js';

/** Keeps an event: one row however often, and by however many at once, it is delivered. `deliveries` is 1 for whoever was the first. */
export const KEEP_EVENT: Statement = {
  name: 'payment_events.keep',
  text: `
insert into payment_event (id, processor, event_id, type, body, payment_reference, capture_reference, payment_id, order_number, status, received_at, next_attempt_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now(), case when $10 = 'received' then now() end)
on conflict on constraint payment_event_key do update set deliveries = payment_event.deliveries + 1
returning id, status, deliveries`,
};

/** The `$1` events that are due, the longest waiting first. Never locks. */
export const FIND_EVENTS: Statement = {
  name: 'payment_events.find',
  text: `select id, next_attempt_at as due_at from payment_event where status = 'received' and next_attempt_at <= now() order by next_attempt_at limit $1`,
};

/** Takes the event `$1` for `$3` ms: whoever dies with it leaves it due then. Gives no row when somebody else has it, or it is done. */
export const CLAIM_EVENT: Statement = {
  name: 'payment_events.claim',
  text: `
update payment_event set claim_id = $2, lease_until = ${inMs('$3')}, next_attempt_at = ${inMs('$3')}, attempts = attempts + 1
 where id = $1 and status = 'received' and next_attempt_at <= now()
returning ${INBOX_COLUMNS}`,
};

/** What the holder `$2` of the event `$1` made of it: status `$3`, in words `$4`, again in `$5` ms where it is still `received`. Gives no row when the claim is lost. Who had it replayed stays to be read. */
export const SETTLE_EVENT: Statement = {
  name: 'payment_events.settle',
  text: `
update payment_event
   set status = $3, detail = concat_ws(E'\\n', substring(detail from '^Replayed by [^\\n]*'), $4::text), processed_at = case when $3 = 'processed' then now() end,
       next_attempt_at = case when $3 = 'received' then ${inMs('$5')} end, claim_id = null, lease_until = null
 where id = $1 and claim_id = $2
returning id`,
};

/** Has the event `$1` looked at again, as if it had just come; whoever has it now has lost it. `$2` says who wanted it. */
export const REPLAY_EVENT: Statement = {
  name: 'payment_events.replay',
  text: `
update payment_event set status = 'received', detail = $2, attempts = 0, processed_at = null, next_attempt_at = now(), claim_id = null, lease_until = null
 where id = $1
returning ${INBOX_COLUMNS}`,
};

/** Nothing is done about the parked event `$1`; `$2` says who wanted that. Gives no row when it is not parked. */
export const DISMISS_EVENT: Statement = {
  name: 'payment_events.dismiss',
  text: `update payment_event set status = 'ignored', detail = concat_ws(E'\\n', detail, $2::text) where id = $1 and status = 'parked' returning ${INBOX_COLUMNS}`,
};

const OLD_BODY = `status in ('processed', 'ignored') and body <> '' and received_at <= now() - $1::int * interval '1 day'`;

/** Since when there is a body that is older than `$1` days and that nobody needs. */
export const FIND_OLD_BODY: Statement = {
  name: 'payment_events.find_old_body',
  text: `select received_at + $1::int * interval '1 day' as due_at from payment_event where ${OLD_BODY} order by received_at limit 1`,
};

/** Empties `$2` of them; those that another replica has just now are left to it. */
export const EMPTY_BODIES: Statement = {
  name: 'payment_events.empty_bodies',
  text: `update payment_event set body = '' where id in (select id from payment_event where ${OLD_BODY} order by received_at limit $2 for no key update skip locked) returning id`,
};

/** The payment that an event of `$1` is about: our own identifier is more certain than what the gateway calls it. */
export const FIND_EVENT_PAYMENT: Statement = {
  name: 'payment_events.find_payment',
  text: `
select ${PAYMENT_COLUMNS} from (
  select 1 as rank, p.* from payment p where p.processor = $1 and p.id = $2::uuid
  union all select 2, p.* from payment p where p.processor = $1 and p.reference = $3
  union all select 3, p.* from payment p where p.processor = $1 and p.capture_reference = $4
) found order by rank limit 1`,
};

export const READ_EVENT: Statement = { name: 'payment_events.read', text: `select ${INBOX_COLUMNS}, body from payment_event where id = $1` };

/** Nobody needs to know how many more there are. */
export const MOST_COUNTED = 10_000;

const counted = (status: InboxStatus) => `(select count(*)::int from (select from payment_event where status = '${status}' limit ${MOST_COUNTED}) few)`;
/** Identifiers grow with time, and are read from an index. */
const ageOfOldest = (status: InboxStatus) => `coalesce((select extract(epoch from now() - received_at) from payment_event where status = '${status}' order by id limit 1), 0)::float8`;

/** Read at each scrape, so it costs no more however many events are parked. */
export const EVENT_FIGURES: Statement = {
  name: 'payment_events.figures',
  text: `
select ${counted('received')} as waiting,
       ${counted('parked')} as parked,
       ${ageOfOldest('received')} as oldest_waiting_seconds,
       ${ageOfOldest('parked')} as oldest_parked_seconds,
       coalesce((select extract(epoch from now() - next_attempt_at) from payment_event where status = 'received' and next_attempt_at <= now() order by next_attempt_at limit 1), 0)::float8 as oldest_due_seconds`,
};
