import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { LEASE_RAN_OUT, OrdersDatabase, inMs, type Statement } from '#orders';
import { REFUND_COLUMNS, refundOf, type RefundRow } from '../books/refund.row.js';
import type { Refund } from '../refund.js';
import { REFUNDS_OPTIONS, type RefundsOptions } from '../refunds.options.js';
import type { RefundStatus } from '../transitions.js';

export type Half = 'money' | 'access';

/** A half of a refund that its holder alone works on until the lease runs out. */
export interface RefundClaim {
  readonly claimId: string;
  /** As it stands while it is claimed. */
  readonly refund: Refund;
  /** Since this half began, or an operator had it tried again, by the database's clock. */
  readonly ageMs: number;
  /** By this process's monotonic clock: a little before the lease ends in the database. */
  readonly leaseEndsAtMs: number;
}

/** In which status a half is under way. */
const STATUS: Readonly<Record<Half, RefundStatus>> = { money: 'approved', access: 'money_returned' };

interface ClaimedRow extends RefundRow {
  readonly age_ms: number;
}

/**
 * Takes the refund `$1` while it is `$2` for `$3` ms, with an attempt of the half `$4` by `$5`, written before anybody is called. It stays due at the end of the
 * lease, so that a holder who dies costs no more. Of a holder who left it nobody knows whether he had called: `$6`, for money.
 */
const CLAIM: Statement = {
  name: 'refunds.claim',
  text: `
with picked as (
  select id, claim_id from refund where id = $1 and status = $2 and next_attempt_at <= now() and (claim_id is null or lease_until <= now()) for no key update skip locked
), claimed as (
  update refund r
     set claim_id = gen_random_uuid(), lease_until = ${inMs('$3')}, next_attempt_at = ${inMs('$3')},
         attempts = r.attempts + 1, may_have_arrived = r.may_have_arrived or ($6 and picked.claim_id is not null)
    from picked where r.id = picked.id
  returning r.*
), closed as (
  update refund_attempt a set outcome = 'unknown', ended_at = now(), detail = '${LEASE_RAN_OUT}' from claimed c where a.refund_id = c.id and a.outcome = 'pending'
), begun as (
  insert into refund_attempt (claim_id, refund_id, half, requested_by, started_at, outcome) select claim_id, id, $4, $5, now(), 'pending' from claimed
)
select ${REFUND_COLUMNS}, (extract(epoch from now() - coalesce(r.tried_since, r.created_at)) * 1000)::float8 as age_ms from claimed r`,
};

/** The `$1` refunds in the status `$2` that are due, the longest waiting first. Never locks. */
export const FIND_DUE: Statement = {
  name: 'refunds.find_due',
  text: `select id, next_attempt_at as due_at from refund where status = $2 and next_attempt_at <= now() order by next_attempt_at limit $1`,
};

/** Hands out the halves of refunds: at most one living claim for a refund, whoever asks. */
@Injectable()
export class RefundClaims {
  constructor(
    private readonly database: OrdersDatabase,
    @Inject(REFUNDS_OPTIONS) private readonly options: RefundsOptions,
  ) {}

  async findDue(half: Half, limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    const rows = await this.database.run<{ id: string; due_at: Date }>(FIND_DUE, [limit, STATUS[half]]);
    return rows.map(({ id, due_at: dueAt }) => ({ id, dueAt, alone: false }));
  }

  /** Never waits. @returns `undefined` when somebody else has it, or it is not due. */
  async take(refundId: string, half: Half, requestedBy: string): Promise<RefundClaim | undefined> {
    const { leaseMs } = this.options;
    const leaseEndsAtMs = performance.now() + leaseMs;
    const [row] = await this.database.run<ClaimedRow>(CLAIM, [refundId, STATUS[half], leaseMs, half, requestedBy, half === 'money']);
    if (!row?.claim_id) return undefined;
    return { claimId: row.claim_id, refund: refundOf(row), ageMs: row.age_ms, leaseEndsAtMs };
  }
}
