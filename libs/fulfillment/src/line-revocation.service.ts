import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import type { Report, Traffic } from '#limits';
import { OrdersService, type ClaimedLine, type Failure, type LineSnapshot, type OrderSnapshot, type SettledLine } from '#orders';
import { DeliveryGate } from './delivery-gate.service.js';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerCalls } from './fulfiller-calls.service.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import type { GuardedCalls, TimeLimit } from './guarded-calls.js';
import { OutOfTimeError } from './out-of-time.error.js';
import { LineAcceptedError, NotRevocableError } from './revocation.errors.js';
import { reportOf } from './provider-report.js';

/** `reason` says why nothing was taken back, or why that failed. */
type Outcome =
  | { readonly revoked: true; readonly reason: string | null }
  | { readonly revoked: false; readonly reason: string; readonly failure: Pick<Failure, 'kind' | 'passing'>; readonly httpStatus: number | null; readonly mayHaveArrived: boolean };

/** What is to be taken back, and for whom. */
export interface Revocation {
  readonly order: OrderSnapshot;
  readonly claimed: ClaimedLine;
  /** The order that still needs the access, if any. */
  readonly neededBy: string | null;
  readonly traffic: Traffic;
}

interface Attempt {
  readonly outcome: Outcome;
  readonly callCount: number;
  readonly report: Report;
}

const NEVER_ARRIVED = 'It never arrived.';
const NOT_THERE = 'The learner did not have it.';

/** Takes one claimed line back. */
@Injectable()
export class LineRevocation {
  constructor(
    private readonly registry: FulfillerRegistry,
    private readonly calls: FulfillerCalls,
    private readonly orders: OrdersService,
    private readonly gate: DeliveryGate,
  ) {}

  /** @throws {NotRevocableError | LineAcceptedError} */
  assertRevocable({ id, productType, status, acceptedUntil }: LineSnapshot): void {
    if (status === 'accepted') throw new LineAcceptedError(id, acceptedUntil);
    if (status === 'fulfilled' && !this.registry.capabilitiesOf(productType).revoke) throw new NotRevocableError(productType);
  }

  /** Never throws: whatever happens is the line's outcome. Whoever calls it has leave for the line, which is reported here. */
  async revoke(asked: Revocation, limit: TimeLimit): Promise<SettledLine> {
    const { claimed, traffic } = asked;
    const startedAtMs = performance.now();
    const { outcome, callCount, report } = await this.attempt(asked, limit);
    await this.gate.report(claimed.line.productType, traffic, callCount, report);
    return settledLine(claimed, outcome, Math.round(performance.now() - startedAtMs));
  }

  /**
   * A line that is not fulfilled, and of which nothing can have arrived, is let go without a call: what the learner has is
   * not of its making, and not its to take. One that the provider has just reported as delivered can have arrived.
   */
  private async attempt({ order, claimed, ...asked }: Revocation, limit: TimeLimit): Promise<Attempt> {
    const { productType } = claimed.line;
    const { revoke: canRevoke, sharedAccess } = this.registry.capabilitiesOf(productType);
    const neededBy = sharedAccess ? asked.neededBy : null;
    const isFulfilled = claimed.line.status === 'fulfilled';
    if (!isFulfilled && !claimed.mayHaveArrived && claimed.result === null) return { outcome: { revoked: true, reason: NEVER_ARRIVED }, callCount: 0, report: { outcome: 'not_called' } };
    let calls: GuardedCalls | undefined;
    try {
      calls = this.calls.of(order, claimed, limit);
      if (!canRevoke) return { outcome: await letGoIfAbsent(calls, productType), callCount: calls.count, report: { outcome: 'answered' } };
      const outcome = neededBy === null ? await this.takeBack(calls, claimed, sharedAccess) : await letStay(calls, neededBy, isFulfilled && claimed.mayHaveArrived);
      return { outcome, callCount: calls.count, report: { outcome: calls.begun ? 'answered' : 'not_called' } };
    } catch (thrown) {
      const failure = failureOf(thrown);
      const { detail, kind, passing, httpStatus } = failure;
      const callCount = calls?.count ?? 0;
      // On a fulfilled line the mark stands for a try that may have taken the access.
      const mayHaveArrived = claimed.mayHaveArrived || calls?.revoking === true;
      const report = reportOf({ result: 'failed', failure, retry: null, unknown: false, mayHaveArrived }, callCount);
      return { outcome: { revoked: false, reason: detail, failure: { kind, passing }, httpStatus, mayHaveArrived }, callCount, report };
    }
  }

  /**
   * What was delivered and is there no more needs no call. What may be on its way is called off, whatever a look says: for a line that
   * the provider has accepted, nothing there means not yet.
   *
   * Another line that needs the access may have been delivered between the claim and the call. It is asked for again
   * after the call, and the access given back where that happened.
   */
  private async takeBack(calls: GuardedCalls, { line }: ClaimedLine, isShared: boolean): Promise<Outcome> {
    const isThere = (await calls.verify()) !== null;
    const wasDelivered = line.status === 'fulfilled';
    if (!isThere && wasDelivered) return { revoked: true, reason: NOT_THERE };
    const left = await revokeForSure(calls, wasDelivered);
    const reason = isThere ? left : NOT_THERE;
    const neededBy = isShared ? await this.orders.accessNeededBy(line.id) : null;
    return neededBy === null ? { revoked: true, reason } : giveBack(calls, neededBy);
  }
}

/** What cannot be taken back is let go only where it is not there. */
async function letGoIfAbsent(calls: GuardedCalls, productType: string): Promise<Outcome> {
  if ((await calls.verify()) === null) return { revoked: true, reason: NOT_THERE };
  return { revoked: false, reason: new NotRevocableError(productType).message, failure: { kind: 'configuration', passing: false }, httpStatus: null, mayHaveArrived: false };
}

/** `wasTaken`: an earlier try may have taken the access that another order needs, and could not give it back. */
async function letStay(calls: GuardedCalls, neededBy: string, wasTaken: boolean): Promise<Outcome> {
  if (wasTaken && (await calls.verify()) === null) await calls.fulfill();
  return { revoked: true, reason: accessStays(neededBy) };
}

/**
 * Revokes and reads back. What is still there then is the learner's by another right, such as a higher mode, and stays.
 *
 * @param wasDelivered of what may still be on its way, nothing there does not tell that an unanswered call has called it off.
 * @returns the reason why something stays, or `null`.
 */
async function revokeForSure(calls: GuardedCalls, wasDelivered: boolean): Promise<string | null> {
  try {
    await calls.revoke();
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (thrown instanceof OutOfTimeError || !failure.mayHaveArrived) throw thrown;
    if (!wasDelivered || (await calls.verify()) !== null) throw failure;
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
    const { detail, kind, passing, httpStatus } = failureOf(thrown);
    const reason = `Order ${neededBy} needs the access that was just taken back, and giving it back failed: ${detail} Try again.`;
    return { revoked: false, reason, failure: { kind, passing }, httpStatus, mayHaveArrived: true };
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
  const { reason, failure, httpStatus, mayHaveArrived } = outcome;
  return { ...ids, settlement: { result: 'revocation_failed', reason, failure }, attempt: { outcome: 'failed', httpStatus, detail: reason, durationMs }, mayHaveArrived };
}
