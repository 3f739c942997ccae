import { Inject, Injectable } from '@nestjs/common';
import type { AskedBy, OrderClaim } from './claim.js';
import { leaseClock, orderClaim } from './claimed-rows.js';
import { OrdersDatabase } from './orders.database.js';
import { ORDERS_OPTIONS, type OrdersOptions } from './orders.options.js';
import type { ClaimedRow } from './statements/claim-parts.js';
import { CLAIM_RESUBMISSION_LINE, claimResubmissionLineValues, type ResubmissionTerms } from './statements/claim.statement.js';
import { FIND_TERMS, FIND_TURNS, SKIP_TURN, type DueTurnRow, type TurnTermsRow } from './statements/resubmission-turn.statement.js';

/** One line in one operation. */
export interface TurnId {
  readonly resubmissionId: string;
  readonly lineId: string;
}

export interface DueTurn extends TurnId {
  readonly productType: string;
  readonly productId: string;
  readonly dueAt: Date;
  /** A holder was lost with the line: to be delivered by a process that does nothing else meanwhile. */
  readonly alone: boolean;
}

/** In whose name a line is sent, and whether by its product's details of today. */
export interface TurnTerms {
  readonly askedBy: AskedBy;
  readonly refreshDetails: boolean;
}

/** How a line is claimed in its turn. */
export interface TurnClaim {
  readonly askedBy: AskedBy;
  /** The details of today by product id, where it is to be delivered by them. */
  readonly details: ResubmissionTerms['details'];
  /** Whether the caller runs nothing else in its process meanwhile. A line that a holder was lost with is given to nobody else. */
  readonly alone: boolean;
}

const BEFORE_ALL: TurnId = { resubmissionId: '00000000-0000-0000-0000-000000000000', lineId: '00000000-0000-0000-0000-000000000000' };
/** How far one search looks past lines whose provider must not be called. */
const LOOK_AHEAD = 5_000;

/** The lines of resubmissions that wait for their turn. Each has one, whatever happens and whoever asks at the same time. */
@Injectable()
export class DueTurns {
  constructor(
    private readonly database: OrdersDatabase,
    @Inject(ORDERS_OPTIONS) private readonly options: OrdersOptions,
  ) {}

  /**
   * Oldest operation first, `limit` at most. Never locks, never claims.
   *
   * @param exceptTypes product types that are passed over, because their provider must not be called now. No more than 5,000
   *   waiting lines are looked at for it.
   * @param after where to begin: the `lookedUntil` of an earlier search.
   * @returns `lookedUntil`: the last line that was looked at, or `null` when none is behind it.
   */
  async find(limit: number, exceptTypes: readonly string[], after: TurnId | null = null): Promise<{ turns: DueTurn[]; lookedUntil: TurnId | null }> {
    const ahead = exceptTypes.length === 0 ? limit : LOOK_AHEAD;
    const { resubmissionId, lineId } = after ?? BEFORE_ALL;
    const rows = await this.database.run<DueTurnRow>(FIND_TURNS, [ahead, exceptTypes, resubmissionId, lineId]);
    const turns = rows.filter(({ open }) => open).slice(0, limit).map(dueTurn);
    const last = rows.length === ahead ? rows.at(-1) : undefined;
    return { turns, lookedUntil: last ? { resubmissionId: last.resubmission_id, lineId: last.line_id } : null };
  }

  /** How a line is to be sent in its turn; `undefined` when it has had it. */
  async terms({ resubmissionId, lineId }: TurnId): Promise<TurnTerms | undefined> {
    const [row] = await this.database.run<TurnTermsRow>(FIND_TERMS, [resubmissionId, lineId]);
    return row && { askedBy: { kind: 'resubmission', actor: row.actor, reason: row.reason }, refreshDetails: row.refresh_details };
  }

  /**
   * Claims the line and ends its turn, in one commit: of any number of callers one at most gets it, once and for all. Never waits.
   *
   * @returns `undefined` when it has had its turn, is finished, held, or claimed or locked by somebody else.
   */
  async claim({ resubmissionId, lineId }: TurnId, { askedBy, details, alone }: TurnClaim): Promise<OrderClaim | undefined> {
    const clock = leaseClock(this.options);
    const rows = await this.database.run<ClaimedRow>(CLAIM_RESUBMISSION_LINE, claimResubmissionLineValues(lineId, this.options.leaseMs, askedBy, { resubmissionId, details, alone }));
    return orderClaim(rows, clock);
  }

  /** Ends the turn of a line that is finished, held or in delivery, and says so in its row. Any other waits on. */
  async skip({ resubmissionId, lineId }: TurnId): Promise<void> {
    await this.database.run(SKIP_TURN, [resubmissionId, lineId]);
  }
}

function dueTurn(row: DueTurnRow): DueTurn {
  return { resubmissionId: row.resubmission_id, lineId: row.line_id, productType: row.product_type, productId: row.product_id, dueAt: row.due_at, alone: row.alone };
}
