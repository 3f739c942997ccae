import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { OrdersService, type ClaimedLine, type OrderSnapshot, type SettledLine } from '#orders';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerCalls } from './fulfiller-calls.service.js';
import type { GuardedCalls, TimeLimit } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';

/** `reason` says why nothing was taken back, or why that failed. */
type Outcome =
  | { readonly revoked: true; readonly reason: string | null }
  | { readonly revoked: false; readonly reason: string; readonly httpStatus: number | null; readonly mayHaveArrived: boolean };

const NEVER_ARRIVED = 'It never arrived.';
const NOT_THERE = 'The learner did not have it.';

/** Takes one claimed line back. */
@Injectable()
export class LineRevocation {
  constructor(
    private readonly calls: FulfillerCalls,
    private readonly orders: OrdersService,
  ) {}

  /** Never throws: whatever happens is the line's outcome. `neededBy` is the order that still needs the access, if any. */
  async revoke(order: OrderSnapshot, claimed: ClaimedLine, neededBy: string | null, limit: TimeLimit): Promise<SettledLine> {
    const startedAtMs = performance.now();
    const outcome = await this.outcome(order, claimed, neededBy, limit);
    return settledLine(claimed, outcome, Math.round(performance.now() - startedAtMs));
  }

  /**
   * A line that is not fulfilled, and of which nothing can have arrived, is let go without a call: what the learner has is
   * not of its making, and not its to take.
   */
  private async outcome(order: OrderSnapshot, claimed: ClaimedLine, neededBy: string | null, limit: TimeLimit): Promise<Outcome> {
    const isFulfilled = claimed.line.status === 'fulfilled';
    if (!isFulfilled && !claimed.mayHaveArrived) return { revoked: true, reason: NEVER_ARRIVED };
    try {
      const calls = this.calls.of(order, claimed, limit);
      if (neededBy === null) return await this.takeBack(calls, claimed.line.id);
      // On a fulfilled line this is the mark of a try that took the access and could not give it back.
      if (isFulfilled && claimed.mayHaveArrived && (await calls.verify()) === null) await calls.fulfill();
      return { revoked: true, reason: accessStays(neededBy) };
    } catch (thrown) {
      const { detail, httpStatus } = failureOf(thrown);
      return { revoked: false, reason: detail, httpStatus, mayHaveArrived: claimed.mayHaveArrived };
    }
  }

  /**
   * Another line that needs the access may have been delivered between the claim and the call. It is asked for again
   * after the call, and the access given back where that happened.
   */
  private async takeBack(calls: GuardedCalls, lineId: string): Promise<Outcome> {
    if ((await calls.verify()) === null) return { revoked: true, reason: NOT_THERE };
    const reason = await revokeForSure(calls);
    const neededBy = await this.orders.accessNeededBy(lineId);
    return neededBy === null ? { revoked: true, reason } : giveBack(calls, neededBy);
  }
}

/**
 * Revokes and reads back. What is still there then is the learner's by another right, such as a higher mode, and stays.
 *
 * @returns the reason why something stays, or `null`.
 */
async function revokeForSure(calls: GuardedCalls): Promise<string | null> {
  try {
    await calls.revoke();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (thrown instanceof OutOfTimeError || !failure.mayHaveArrived) throw thrown;
    if ((await calls.verify()) !== null) throw failure;
    return null;
  }
  // It is taken back, as far as it could be, whether or not this last look succeeds.
  const left = await calls.verify().catch(() => null);
  return left && `The learner keeps ${left.reference}.`;
}

async function giveBack(calls: GuardedCalls, neededBy: string): Promise<Outcome> {
  try {
    await calls.fulfill();
    return { revoked: true, reason: accessStays(neededBy) };
  } catch (thrown) {
    const { detail, httpStatus } = failureOf(thrown);
    const reason = `Order ${neededBy} needs the access that was just taken back, and giving it back failed: ${detail} Try again.`;
    return { revoked: false, reason, httpStatus, mayHaveArrived: true };
  }
}

function accessStays(number: string): string {
  return `The access stays: order ${number} needs it.`;
}

function settledLine({ claimId, line }: ClaimedLine, outcome: Outcome, durationMs: number): SettledLine {
  const ids = { lineId: line.id, claimId };
  if (outcome.revoked) {
    const attempt = { outcome: 'revoked', httpStatus: null, detail: outcome.reason, durationMs } as const;
    return { ...ids, settlement: { result: 'revoked', reason: outcome.reason }, attempt, mayHaveArrived: false };
  }
  const { reason, httpStatus, mayHaveArrived } = outcome;
  return { ...ids, settlement: { result: 'revocation_failed', reason }, attempt: { outcome: 'failed', httpStatus, detail: reason, durationMs }, mayHaveArrived };
}
