import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { OrdersService, type ClaimedLine, type OrderSnapshot, type SettledLine } from '#orders';
import { OutOfTimeError, type GuardedCalls, type TimeLimit } from './guarded-calls.js';
import { LineDelivery } from './line-delivery.service.js';
import { failureOf } from './verdict.js';

type Outcome = { readonly revoked: true; readonly reason: string | null } | { readonly revoked: false; readonly reason: string; readonly httpStatus: number | null };

const NEVER_DELIVERED = 'It was never delivered.';
const NOT_THERE = 'The learner did not have it.';

/** Takes one claimed line back. */
@Injectable()
export class LineRevocation {
  constructor(
    private readonly lineDelivery: LineDelivery,
    private readonly orders: OrdersService,
  ) {}

  /** Never throws: whatever happens is the line's outcome. `neededBy` is the order that still needs the access, if any. */
  async revoke(order: OrderSnapshot, claimed: ClaimedLine, neededBy: string | null, limit: TimeLimit): Promise<SettledLine> {
    const startedAtMs = performance.now();
    const outcome = await this.outcome(order, claimed, neededBy, limit);
    const durationMs = Math.round(performance.now() - startedAtMs);
    return settledLine(claimed, outcome, durationMs);
  }

  private async outcome(order: OrderSnapshot, claimed: ClaimedLine, neededBy: string | null, limit: TimeLimit): Promise<Outcome> {
    if (claimed.line.attempts === 0) return { revoked: true, reason: NEVER_DELIVERED };
    if (neededBy !== null) return { revoked: true, reason: accessStays(neededBy) };
    try {
      return await this.takeBack(this.lineDelivery.calls(order, claimed, limit), claimed);
    } catch (thrown) {
      const { detail, httpStatus } = failureOf(thrown);
      return { revoked: false, reason: detail, httpStatus };
    }
  }

  /**
   * Another line that needs the access may have been delivered between the claim and the call. It is asked for again
   * after the call, and the access given back where that happened.
   */
  private async takeBack(calls: GuardedCalls, { line }: ClaimedLine): Promise<Outcome> {
    if ((await calls.verify()) === null) return { revoked: true, reason: NOT_THERE };
    await revokeForSure(calls);
    const neededBy = await this.orders.accessNeededBy(line.id);
    if (neededBy === null) return { revoked: true, reason: null };
    await calls.fulfill();
    return { revoked: true, reason: accessStays(neededBy) };
  }
}

/** A revocation whose answer was lost is read back: it counts when the product is gone. */
async function revokeForSure(calls: GuardedCalls): Promise<void> {
  try {
    await calls.revoke();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (thrown instanceof OutOfTimeError || !failure.mayHaveArrived) throw thrown;
    if ((await calls.verify()) !== null) throw failure;
  }
}

function accessStays(number: string): string {
  return `The access stays: order ${number} needs it.`;
}

function settledLine({ claimId, line, mayHaveArrived }: ClaimedLine, outcome: Outcome, durationMs: number): SettledLine {
  const ids = { lineId: line.id, claimId };
  if (outcome.revoked) {
    const attempt = { outcome: 'revoked', httpStatus: null, detail: outcome.reason, durationMs } as const;
    return { ...ids, settlement: { result: 'revoked', reason: outcome.reason }, attempt, mayHaveArrived: false };
  }
  const attempt = { outcome: 'failed', httpStatus: outcome.httpStatus, detail: outcome.reason, durationMs } as const;
  return { ...ids, settlement: { result: 'revocation_failed', reason: outcome.reason }, attempt, mayHaveArrived };
}
