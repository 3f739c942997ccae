import type pg from 'pg';
import type { LedgerCall, SandboxControl, SandboxEnrollment } from '../../support/sandbox-control.js';
import type { Acknowledged } from '../stage/crowd.js';

/** Moments of the database are in microseconds since 1970, by its own clock. */
export interface LineFact {
  readonly id: string;
  readonly order_id: string;
  readonly number: string;
  readonly username: string;
  readonly product_type: string;
  readonly course_id: string | null;
  readonly mode: string | null;
  readonly status: string;
  readonly failure_kind: string | null;
  readonly failure_detail: string | null;
  readonly claim_id: string | null;
  readonly paid_us: number;
}

export interface AttemptFact {
  readonly claim_id: string;
  readonly line_id: string;
  readonly requested_by: string;
  readonly outcome: string;
  readonly started_us: number;
  readonly ended_us: number | null;
}

export interface HistoryFact {
  readonly id: number;
  readonly line_id: string;
  readonly event: string;
  readonly at_us: number;
}

export interface OrderFact {
  readonly id: string;
  readonly number: string;
  readonly status: string;
}

export interface RecordFact {
  readonly key: string;
  readonly order_id: string;
  readonly answer_body: string | null;
}

/** All that the judge looks at. */
export interface Evidence {
  readonly orders: readonly OrderFact[];
  readonly lines: readonly LineFact[];
  readonly attempts: readonly AttemptFact[];
  readonly history: readonly HistoryFact[];
  readonly records: readonly RecordFact[];
  readonly enrollments: readonly SandboxEnrollment[];
  /** What the LMS was asked about enrollments, by whatever caller. */
  readonly calls: readonly LedgerCall[];
  readonly acknowledged: readonly Acknowledged[];
  readonly refused: readonly string[];
  /** What each acknowledged key says when it is asked once more. */
  readonly replays: ReadonlyMap<string, { readonly status: number; readonly text: string }>;
  readonly leaseMs: number;
  /** Whether a line of that product type must end `failed`, kind `unknown`, and not fulfilled. */
  readonly mustFail: (productType: string) => boolean;
}

export type Sql = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

const us = (column: string, name: string): string => `(extract(epoch from ${column}) * 1000000)::float8 as ${name}`;

/** Reads the database and the sandbox. */
export async function gather(sql: Sql, control: SandboxControl): Promise<Pick<Evidence, 'orders' | 'lines' | 'attempts' | 'history' | 'records' | 'enrollments' | 'calls'>> {
  const calls = await control.ledger();
  return {
    orders: await sql<OrderFact & pg.QueryResultRow>('select id, number, status from orders'),
    lines: await sql<LineFact & pg.QueryResultRow>(
      `select l.id, l.order_id, o.number, l.learner_username as username, l.product_type, l.course_id, l.details ->> 'mode' as mode, l.status, l.failure_kind, l.failure_detail, l.claim_id, ${us('l.paid_at', 'paid_us')}
         from order_line l join orders o on o.id = l.order_id`,
    ),
    attempts: await sql<AttemptFact & pg.QueryResultRow>(
      `select claim_id, line_id, requested_by, outcome, ${us('started_at', 'started_us')}, ${us('ended_at', 'ended_us')} from fulfillment_attempt order by started_at`,
    ),
    history: await sql<HistoryFact & pg.QueryResultRow>(`select id::float8 as id, line_id, event, ${us('at', 'at_us')} from order_history where line_id is not null order by order_history.id`),
    records: await sql<RecordFact & pg.QueryResultRow>('select key, order_id, answer_body from idempotency_record'),
    enrollments: await control.enrollments(),
    calls: calls.filter(({ path }) => path.startsWith('/api/enrollment/')),
  };
}
