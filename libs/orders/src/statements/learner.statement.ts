import type { Statement } from '../orders.database.js';
import type { LineStatus } from '../transitions.js';

export interface CorrectableRow {
  readonly id: string;
  readonly status: LineStatus;
  readonly may_have_arrived: boolean;
  readonly claimed: boolean;
}

/**
 * Locks those lines of a locked order that nobody has just now, and waits for none of them: the settle of a one-line order
 * locks its line first and then the order, so whoever has the order and waited for a line could wait for ever.
 */
export const LOCK_FREE_LINES: Statement = {
  name: 'orders.lock_free_lines',
  text: `
select id, status, may_have_arrived, claim_id is not null as claimed from order_line where order_id = $1 order by position for no key update skip locked`,
};

export interface LearnerRow {
  readonly line_count: number;
  readonly username: string;
  readonly email: string | null;
  /** An attempt of the order took effect, or nobody knows. */
  readonly attempted: boolean;
}

/** What is to be known of a locked order and its locked lines: nothing of it can change before the end of the transaction. */
export const LEARNER_OF_ORDER: Statement = {
  name: 'orders.learner_of_order',
  text: `
select line_count, learner_username as username, learner_email as email,
       exists (select from order_line l join fulfillment_attempt a on a.line_id = l.id where l.order_id = orders.id and a.outcome <> 'failed') as attempted
  from orders where id = $1`,
};

/**
 * Gives a locked order to another learner. Lines change in the order of their products, as they are placed: two orders for one learner
 * would else each wait for the other in the index of what is sold once. An address of the other learner is forgotten.
 */
export const CORRECT_LEARNER: Statement = {
  name: 'orders.correct_learner',
  text: `
with lines as (
  update order_line l set learner_username = $2, learner_address = case when l.learner_username = $2 then l.learner_address end
    from (select id from order_line where order_id = $1 order by product_id) mine
   where l.id = mine.id
), corrected as (
  update orders o set learner_username = $2, learner_email = $3 from (select id, learner_username, learner_email from orders where id = $1) was
   where o.id = was.id
  returning o.id, o.status, was.learner_username, was.learner_email
)
insert into order_history (order_id, at, actor, event, from_status, to_status, reason, change)
select id, now(), $4, 'correctLearner', status, status, $5,
       jsonb_build_object('learner', jsonb_build_object('from', jsonb_build_object('username', learner_username, 'email', learner_email),
                                                        'to', jsonb_build_object('username', $2::text, 'email', $3::text)))
  from corrected`,
};
