import type { Statement } from './codes.database.js';

/** Writes the codes `$2` to the line `$1` at the positions `$3`, from the lowest on: whoever writes or voids the codes of a line does so in this order. */
function writing(voidedAt: string): string {
  return `
insert into enrollment_code (line_id, code, position, order_number, course_id, mode, issued_at, expires_at, voided_at)
select $1, code, position, $4, $5, $6, now(), now() + $7::int * interval '1 day', ${voidedAt} from unnest($2::text[], $3::int[]) as new (code, position)
 order by position
    on conflict do nothing`;
}

/**
 * Issues codes. What is there stays as it is, redeemed or voided: a position that is taken gets no second code, and one that somebody is about to
 * take is waited for. A code that belongs to somebody already is left out as well, for the caller to find its position empty.
 */
export const ISSUE: Statement = { name: 'codes.issue', text: writing('null::timestamptz') };

/** Takes positions with codes that were never good, so that `ISSUE` finds nothing to issue. */
export const FILL_VOIDED: Statement = { name: 'codes.fill_voided', text: writing('now()') };

/** Positions from 1 to `$2` at which the line `$1` has no code. */
export const MISSING: Statement = {
  name: 'codes.missing',
  text: `
select position from generate_series(1, $2::int) position
 where not exists (select from enrollment_code where line_id = $1 and enrollment_code.position = position.position) order by position`,
};

export interface StandingRow {
  readonly issued: number;
  readonly redeemed: number;
  readonly voided: number;
}

export const STANDING: Statement = {
  name: 'codes.standing',
  text: `select count(*)::int as issued, count(redeemed_at)::int as redeemed, count(voided_at)::int as voided from enrollment_code where line_id = $1`,
};

/** Whoever redeems one of them at this moment is waited for, and keeps it. From the lowest position on, so that two at once never wait in a circle. */
export const VOID_UNREDEEMED: Statement = {
  name: 'codes.void_unredeemed',
  text: `
update enrollment_code set voided_at = now()
  from (select position from enrollment_code where line_id = $1 and redeemed_at is null and voided_at is null order by position for update) as unused
 where enrollment_code.line_id = $1 and enrollment_code.position = unused.position`,
};

export interface CodeRow {
  readonly code: string;
  readonly line_id: string;
  readonly position: number;
  readonly order_number: string;
  readonly course_id: string;
  readonly mode: string;
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly redeemed_at: Date | null;
  readonly redeemed_by: string | null;
  readonly redemption_order_number: string | null;
  readonly voided_at: Date | null;
  /** By PostgreSQL's clock. */
  readonly expired: boolean;
}

const COLUMNS = `code, line_id, position, order_number, course_id, mode, issued_at, expires_at, redeemed_at, redeemed_by, redemption_order_number, voided_at, expires_at <= now() as expired`;

export const FIND: Statement = { name: 'codes.find', text: `select ${COLUMNS} from enrollment_code where code = $1` };

/** The next `$4` codes of the order `$1` after the position `$3` of the line `$2`. */
export const OF_ORDER: Statement = {
  name: 'codes.of_order',
  text: `select ${COLUMNS} from enrollment_code where order_number = $1 and (line_id, position) > ($2::uuid, $3::int) order by line_id, position limit $4`,
};

/**
 * Uses the code `$1` up for the learner `$2`, by the order `$3`. Gives a row to one of any number of callers: the others wait for his transaction to
 * end, look at the row again, and find it redeemed.
 */
export const REDEEM: Statement = {
  name: 'codes.redeem',
  text: `
update enrollment_code set redeemed_at = clock_timestamp(), redeemed_by = $2, redemption_order_id = $3
 where code = $1 and redeemed_at is null and voided_at is null and expires_at > clock_timestamp()
returning code`,
};

/** Enters the number of the order by which the code `$1` was used up. */
export const ENTER_ORDER: Statement = { name: 'codes.enter_order', text: `update enrollment_code set redemption_order_number = $2 where code = $1` };
