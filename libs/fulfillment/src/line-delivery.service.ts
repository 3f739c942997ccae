import { performance } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DeliveryFailure } from '@order-fulfillment/fulfiller-kit';
import type { Traffic } from '#limits';
import { databaseNow, type ClaimedLine, type OrderClaim, type Retry, type SettledLine } from '#orders';
import { goesOn, look } from './acceptance.js';
import { logBreakdown } from './breakdown.js';
import { DeliveryGate } from './delivery-gate.service.js';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerCalls } from './fulfiller-calls.service.js';
import type { TimeLimit } from './guarded-calls.js';
import { reportOf } from './provider-report.js';
import { RETRY_RULE, type RetryRule } from './retry-rule.js';
import { settledDelivery } from './settled-delivery.js';
import { deliver, type Verdict } from './verdict.js';

/** Delivers one claimed line by the fulfiller of its product type. No transaction is open while it does. */
@Injectable()
export class LineDelivery {
  private readonly logger = new Logger(LineDelivery.name);

  constructor(
    private readonly calls: FulfillerCalls,
    private readonly gate: DeliveryGate,
    @Inject(RETRY_RULE) private readonly retryRule: RetryRule,
  ) {}

  /** Never throws: whatever happens is the line's outcome. Whoever calls it has leave for the line, which is reported here. */
  async deliver(claim: OrderClaim, claimed: ClaimedLine, traffic: Traffic, limit: TimeLimit): Promise<SettledLine> {
    const startedAtMs = performance.now();
    const { verdict, callCount } = await this.attempt(claim, claimed, limit);
    if (verdict.result === 'failed') logBreakdown(this.logger, verdict.failure, claim.order, claimed.line);
    await this.gate.report(claimed.line.productType, traffic, callCount, reportOf(verdict, callCount));
    return settledDelivery(claimed, verdict, Math.round(performance.now() - startedAtMs));
  }

  private async attempt(claim: OrderClaim, claimed: ClaimedLine, limit: TimeLimit): Promise<{ verdict: Verdict; callCount: number }> {
    const whenToRetry = (failure: DeliveryFailure) => this.whenToRetry(claim, claimed, failure);
    const acceptance = claimed.line.status === 'accepted' ? claimed.acceptance : null;
    const now = () => databaseNow(claim, performance.now());
    const reported = reportedVerdict(claimed);
    if (reported) return { verdict: reported, callCount: 0 };
    try {
      const calls = this.calls.of(claim.order, claimed, limit);
      const verdict = acceptance ? await look(calls, acceptance, now) : await deliver(calls, claimed.mayHaveArrived, whenToRetry);
      return { verdict, callCount: calls.count };
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (acceptance) return { verdict: goesOn(acceptance, now(), failure), callCount: 0 };
      const { mayHaveArrived } = claimed;
      return { verdict: { result: 'failed', failure, retry: mayHaveArrived ? whenToRetry(failure) : null, unknown: false, mayHaveArrived }, callCount: 0 };
    }
  }

  private whenToRetry(claim: OrderClaim, { line, tries, retrySince, previousFailure: previous }: ClaimedLine, { kind, httpStatus, retryAfterMs }: DeliveryFailure): Retry | null {
    const times = previous?.kind === kind ? previous.times + 1 : 1;
    const ageMs = databaseNow(claim, performance.now()).getTime() - retrySince.getTime();
    return this.retryRule({ productType: line.productType, kind, httpStatus, passing: true, retryAfterMs, tries, times, previous, ageMs });
  }
}

/** A result that the provider has reported, and that nobody has applied yet because its holder died: nobody is called. */
function reportedVerdict({ result }: ClaimedLine): Verdict | null {
  if (result === null) return null;
  if (result.outcome === 'fulfilled') return { result: 'fulfilled', receipt: { reference: result.detail } };
  return { result: 'failed', failure: new DeliveryFailure({ kind: 'rejected', detail: result.detail, passing: false }), retry: null, unknown: false, mayHaveArrived: true };
}
