import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { databaseNow, type OrderClaim, type ReportedResult } from './claim.js';
import { isDatabaseAway, isDeadlock } from './database-away.js';
import { orderEventFor, type LineStanding } from './order-status.js';
import type { LineSnapshot, OrderSnapshot } from './order.snapshot.js';
import { OrdersDatabase, type Runner } from './orders.database.js';
import { withReport } from './reported-result.js';
import { settleLine } from './settle-line.js';
import type { AnswerTo, SettledLine, StoredAnswer } from './settlement.js';
import { CLAIM_OF_LINE, LINES_OF_LOCKED_ORDER, LOCK_ORDER, settleStatement, type SettledRow, type Settling } from './statements/settle.statement.js';
import { ORDER_TRANSITIONS, next, type LineStatus, type OrderStatus } from './transitions.js';

/** What came of a settle. */
export interface SettleResult {
  /** The order's claimed lines and status afterwards; where `lostLineIds` is not empty, what they would have become. */
  readonly order: OrderSnapshot;
  /** Lines whose claim was lost to another holder: nothing of them was changed. */
  readonly lostLineIds: readonly string[];
  /** The answer that was stored with the settle; `null` when none was asked for, a claim was lost, or the key has another by now. */
  readonly answer: StoredAnswer | null;
}

interface LockedLineRow {
  readonly id: string;
  readonly status: LineStatus;
  readonly failing: boolean;
  readonly claim_id: string | null;
  readonly result_outcome: ReportedResult['outcome'] | null;
  readonly result_detail: string | null;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/** A holder does not write any more when so little of its lease is left. */
const LEASE_MARGIN_MS = 1_000;
/** Longer than a failover takes; a caller waits no longer for his answer. */
const LONGEST_RETRY_MS = 15_000;

/** T2: writes what came of claimed lines, and what follows from it for their order. */
@Injectable()
export class SettleService {
  private readonly logger = new Logger(SettleService.name);

  constructor(private readonly database: OrdersDatabase) {}

  /**
   * Settles lines of one claim. Safe against every other holder: a lost claim changes no line.
   *
   * An order of one line is settled in one statement. Where there are siblings, the order's row is locked first, by a
   * statement of its own: two siblings that settle at the same moment would else each read the other as unfinished, and
   * the order would stay open for ever. So it is where the one statement finds that the provider has reported a result
   * meanwhile: it is read under lock, and applied by the same settle.
   *
   * While the database is away it tries again, as long as the lease lives: the outcome is worth more than a quick error.
   * A first try that was committed without an answer is harmless, because the second finds its claim gone.
   */
  async settle(claim: OrderClaim, actor: string, settled: readonly SettledLine[], answerTo?: AnswerTo): Promise<SettleResult> {
    const giveUpAtMs = Math.min(claim.leaseEndsAtMs - LEASE_MARGIN_MS, performance.now() + LONGEST_RETRY_MS);
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await this.settleOnce(claim, actor, settled, answerTo);
      } catch (error) {
        if (!(isDatabaseAway(error) || isDeadlock(error)) || performance.now() + waitMs > giveUpAtMs) throw this.reported(claim, error);
      }
      await sleep(waitMs);
    }
  }

  /** What was done is on record as begun: whoever takes the lines over after the lease reads back. */
  private reported({ order }: OrderClaim, error: unknown): unknown {
    this.logger.error(`What came of order ${order.number} could not be written. Its lines can be sent again when their lease is over.`);
    return error;
  }

  private async settleOnce(claim: OrderClaim, actor: string, settled: readonly SettledLine[], answerTo?: AnswerTo): Promise<SettleResult> {
    if (claim.lineCount === 1) {
      const lines = settled.map((line) => settling(claim, line, undefined));
      const result = await this.write(this.database, { claim, actor, lines }, claim.order.status, answerTo);
      if (result.lostLineIds.length === 0 || !(await this.isHeld(claim))) return result;
    }
    return this.database.transaction(async (runner) => {
      const [order] = await runner.run<{ status: OrderStatus }>(LOCK_ORDER, [claim.order.id]);
      const siblings = await runner.run<LockedLineRow>(LINES_OF_LOCKED_ORDER, [claim.order.id, settled.map(({ lineId }) => lineId)]);
      const lines = settled.map((line) => settling(claim, line, siblings.find(({ id }) => id === line.lineId)));
      return this.write(runner, { claim, actor, lines, siblings }, order?.status ?? claim.order.status, answerTo);
    });
  }

  /** Whether a line that could not be settled is still the claim's: then the provider has reported something. Read without a lock, so that one that is lost waits for nobody. */
  private async isHeld({ lines }: OrderClaim): Promise<boolean> {
    const [row] = await this.database.run<{ claim_id: string | null }>(CLAIM_OF_LINE, [lines[0]?.line.id]);
    return row?.claim_id === lines[0]?.claimId;
  }

  private async write(runner: Runner, work: Work, status: OrderStatus, answerTo?: AnswerTo): Promise<SettleResult> {
    const { claim, actor, lines } = work;
    const event = orderEventFor(status, standings(work));
    const order = event && { event, to: next(ORDER_TRANSITIONS, status, event) };
    const snapshot = { ...claim.order, status: order?.to ?? status, lines: claim.order.lines.map((line) => afterwards(line, lines)) };
    const answer = answerTo ? { scope: answerTo.scope, stored: answerTo.render(snapshot) } : null;
    const { statement, values } = settleStatement({ claim, actor, lines, order, answer });
    const rows = await runner.run<SettledRow>(statement, values);
    const lostLineIds = lines.map(({ settled }) => settled.lineId).filter((id) => !rows.some((row) => row.id === id));
    return { order: snapshot, lostLineIds, answer: rows[0]?.answered ? (answer?.stored ?? null) : null };
  }
}

interface Work {
  readonly claim: OrderClaim;
  readonly actor: string;
  readonly lines: readonly Settling[];
  /** Every line of the order as it stands under lock; absent for an order of one line. */
  readonly siblings?: readonly LockedLineRow[];
}

/** `locked`: the line as it was read under lock, with the result that was reported of it, if any. */
function settling(claim: OrderClaim, outcome: SettledLine, locked: LockedLineRow | undefined): Settling {
  const claimed = claim.lines.find(({ line }) => line.id === outcome.lineId);
  if (!claimed) throw new Error(`Line ${outcome.lineId} is not part of the claim on order ${claim.order.number}.`);
  const { settled, result } = locked ? withReport(outcome, reportOf(locked), claimed) : { settled: outcome, result: null };
  const moments = { placedAt: claim.order.placedAt, now: databaseNow(claim, performance.now()), wasBegun: settled.attempt !== null };
  return { settled, claimed, change: settleLine(claimed, settled.settlement, moments), result };
}

function reportOf({ result_outcome: outcome, result_detail: detail }: LockedLineRow): ReportedResult | null {
  return outcome !== null && detail !== null ? { outcome, detail } : null;
}

/** How all lines of the order stand once this settle is written: those whose claim is lost stay as they are. */
function standings({ lines, siblings }: Work): LineStanding[] {
  if (!siblings) return lines.map(({ change }) => change.line);
  return siblings.map(({ id, status, failing, claim_id }) => {
    const own = lines.find(({ settled }) => settled.lineId === id && settled.claimId === claim_id);
    return own ? own.change.line : { status, failure: failing ? {} : null };
  });
}

function afterwards(line: LineSnapshot, lines: readonly Settling[]): LineSnapshot {
  return lines.find(({ settled }) => settled.lineId === line.id)?.change.line ?? line;
}
