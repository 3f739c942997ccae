import { Injectable } from '@nestjs/common';
import { OrdersDatabase } from '#orders';
import { REFUND_COLUMNS, refundOf, type RefundRow } from '../books/refund.row.js';
import type { Refund, RefundOrigin } from '../refund.js';
import { RefundNotFoundError } from '../refunds.errors.js';
import type { RefundStatus } from '../transitions.js';
import { ATTEMPTS, FIGURES, REFUND_BY_NUMBER, REFUNDS_OF_ORDER, type AttemptRow, type FigureRow } from './read.statements.js';

/** Which refunds to list. Absent keys do not filter. */
export interface RefundFilter {
  readonly status?: RefundStatus | undefined;
  readonly origin?: RefundOrigin | undefined;
  readonly orderNumber?: string | undefined;
  readonly learner?: string | undefined;
  /** Those that wait for an operator to have them tried again. */
  readonly failed?: boolean | undefined;
}

export interface RefundPage {
  readonly refunds: readonly Refund[];
  /** The id to go on after, or `null` at the end. */
  readonly nextAfterId: string | null;
}

/** One try at a half. */
export interface RefundAttempt {
  readonly half: 'money' | 'access';
  readonly requestedBy: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** `waiting`: the gateway has taken it on, or a line was not free. `unknown`: it may have taken effect. */
  readonly outcome: 'pending' | 'done' | 'waiting' | 'failed' | 'unknown';
  /** For operators. */
  readonly detail: string | null;
}

export interface RefundDetail extends Refund {
  /** The latest 200, the oldest first. Waiting on for the same thing is one try. */
  readonly attemptLog: readonly RefundAttempt[];
}

/** What is not finished, for gauges and for operators. */
export interface RefundFigures {
  readonly byStatus: Readonly<Partial<Record<RefundStatus, number>>>;
  /** For how long the oldest has been at its half, in milliseconds; null where none is. */
  readonly oldestMoneyMs: number | null;
  readonly oldestAccessMs: number | null;
}

/** Reads refunds. Never locks, never writes. */
@Injectable()
export class RefundReader {
  constructor(private readonly database: OrdersDatabase) {}

  /** `learner` limits it to his own. @throws {RefundNotFoundError} */
  async byNumber(number: string, learner?: string): Promise<Refund> {
    const [row] = await this.database.run<RefundRow>(REFUND_BY_NUMBER, [number]);
    if (!row || (learner !== undefined && row.learner_username !== learner)) throw new RefundNotFoundError();
    return refundOf(row);
  }

  /** With its attempts. `learner` limits it to his own. @throws {RefundNotFoundError} */
  async detail(number: string, learner?: string): Promise<RefundDetail> {
    const refund = await this.byNumber(number, learner);
    const attempts = await this.database.run<AttemptRow>(ATTEMPTS, [refund.id]);
    return { ...refund, attemptLog: attempts.map(attemptOf) };
  }

  /** The oldest first; there are few. */
  async ofOrder(orderId: string): Promise<Refund[]> {
    return (await this.database.run<RefundRow>(REFUNDS_OF_ORDER, [orderId])).map(refundOf);
  }

  /** Newest first, `limit` at most, after the refund `afterId`. */
  async list(filter: RefundFilter, limit: number, afterId: string | null): Promise<RefundPage> {
    const { name, conditions, values } = conditionsOf(filter, afterId);
    const text = `select ${REFUND_COLUMNS} from refund r${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''} order by r.id desc limit $1`;
    const rows = await this.database.run<RefundRow>({ name: `refunds.list${name}`, text }, [limit + 1, ...values]);
    const refunds = rows.slice(0, limit).map(refundOf);
    return { refunds, nextAfterId: rows.length > limit ? (refunds.at(-1)?.id ?? null) : null };
  }

  async figures(): Promise<RefundFigures> {
    const rows = await this.database.run<FigureRow>(FIGURES, []);
    const oldest = (status: RefundStatus) => rows.find((row) => row.status === status)?.oldest_ms ?? null;
    return { byStatus: Object.fromEntries(rows.map(({ status, refunds }) => [status, refunds])), oldestMoneyMs: oldest('approved'), oldestAccessMs: oldest('money_returned') };
  }
}

/** The text follows the filter, so that PostgreSQL sees which index fits; one prepared statement for each text. */
function conditionsOf({ status, origin, orderNumber, learner, failed }: RefundFilter, afterId: string | null) {
  const parts: readonly (readonly [string, unknown, (parameter: string) => string])[] = [
    ['status', status, (value) => `r.status = ${value}::text`],
    ['origin', origin, (value) => `r.origin = ${value}::text`],
    ['order', orderNumber, (value) => `r.order_id = (select id from orders where number = ${value}::text)`],
    ['learner', learner, (value) => `r.learner_username = ${value}::text`],
    [failed ? 'failed' : 'not_failed', failed, (value) => (failed ? `r.status in ('money_error', 'access_error') and ${value}::bool` : `r.status not in ('money_error', 'access_error') and not ${value}::bool`)],
    ['after', afterId ?? undefined, (value) => `r.id < ${value}::uuid`],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return { name: given.map(([key]) => `_${key}`).join(''), conditions: given.map(([, , condition], index) => condition(`$${index + 2}`)), values: given.map(([, value]) => value) };
}

function attemptOf({ half, requested_by: requestedBy, started_at: startedAt, ended_at: endedAt, outcome, detail }: AttemptRow): RefundAttempt {
  return { half, requestedBy, startedAt, endedAt, outcome, detail };
}
