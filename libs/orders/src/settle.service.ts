import { Injectable } from '@nestjs/common';
import type { OrderClaim } from './claim.js';
import { orderEventFor, type LineStanding } from './order-status.js';
import type { LineSnapshot, OrderSnapshot } from './order.snapshot.js';
import { OrdersDatabase, type Runner } from './orders.database.js';
import { settleLine } from './settle-line.js';
import type { AnswerTo, SettledLine, StoredAnswer } from './settlement.js';
import { LINES_OF_LOCKED_ORDER, LOCK_ORDER, SETTLE, settleValues, type SettleStep, type Settling } from './statements/settle.statement.js';
import { ORDER_TRANSITIONS, next, type LineStatus, type OrderStatus } from './transitions.js';

/** What came of a settle. */
export interface SettleResult {
  /** The order's claimed lines and status afterwards; where `lostLineIds` is not empty, what they would have become. */
  readonly order: OrderSnapshot;
  /** Lines whose claim was lost to another holder: nothing of them was changed. */
  readonly lostLineIds: readonly string[];
  /** The answer that was stored with the settle; `null` when none was asked for or a claim was lost. */
  readonly answer: StoredAnswer | null;
}

interface LockedLineRow {
  readonly id: string;
  readonly status: LineStatus;
  readonly failing: boolean;
  readonly claim_id: string | null;
}

/** T2: writes what came of claimed lines, and what follows from it for their order. */
@Injectable()
export class SettleService {
  constructor(private readonly database: OrdersDatabase) {}

  /**
   * Settles lines of one claim. Safe against every other holder: a lost claim changes no line.
   *
   * An order of one line is settled in one statement. Where there are siblings, the order's row is locked first, by a
   * statement of its own: two siblings that settle at the same moment would else each read the other as unfinished, and
   * the order would stay open for ever.
   */
  async settle(claim: OrderClaim, actor: string, settled: readonly SettledLine[], answerTo?: AnswerTo): Promise<SettleResult> {
    const lines = settled.map((line) => settling(claim, line));
    if (claim.lineCount === 1) return this.write(this.database, { claim, actor, lines }, claim.order.status, answerTo);
    return this.database.transaction(async (runner) => {
      const [order] = await runner.run<{ status: OrderStatus }>(LOCK_ORDER, [claim.order.id]);
      const siblings = await runner.run<LockedLineRow>(LINES_OF_LOCKED_ORDER, [claim.order.id, settled.map(({ lineId }) => lineId)]);
      return this.write(runner, { claim, actor, lines, siblings }, order?.status ?? claim.order.status, answerTo);
    });
  }

  private async write(runner: Runner, work: Work, status: OrderStatus, answerTo?: AnswerTo): Promise<SettleResult> {
    const { claim, actor, lines } = work;
    const event = orderEventFor(status, standings(work));
    const order = event && { from: status, event, to: next(ORDER_TRANSITIONS, status, event) };
    const snapshot = { ...claim.order, status: order?.to ?? status, lines: claim.order.lines.map((line) => afterwards(line, lines)) };
    const answer = answerTo ? { scope: answerTo.scope, stored: answerTo.render(snapshot) } : null;
    const step: SettleStep = { claim, actor, lines, order, answer };
    const rows = await runner.run<{ id: string }>(SETTLE, settleValues(step));
    const lostLineIds = lines.map(({ settled }) => settled.lineId).filter((id) => !rows.some((row) => row.id === id));
    return { order: snapshot, lostLineIds, answer: lostLineIds.length === 0 ? (answer?.stored ?? null) : null };
  }
}

interface Work {
  readonly claim: OrderClaim;
  readonly actor: string;
  readonly lines: readonly Settling[];
  /** Every line of the order as it stands under lock; absent for an order of one line. */
  readonly siblings?: readonly LockedLineRow[];
}

function settling(claim: OrderClaim, settled: SettledLine): Settling {
  const claimed = claim.order.lines.find(({ id }) => id === settled.lineId);
  if (!claimed) throw new Error(`Line ${settled.lineId} is not part of the claim on order ${claim.order.number}.`);
  return { settled, claimed, change: settleLine(claimed, settled.settlement, claim.order.placedAt) };
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
