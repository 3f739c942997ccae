import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import type { ClaimedLine, OrderSnapshot, SettledLine } from '#orders';
import { deliveryRequest } from './delivery-request.js';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerRegistry } from './fulfiller.registry.js';
import { GuardedCalls, type TimeLimit } from './guarded-calls.js';
import { deliver, type Verdict } from './verdict.js';

/** Delivers one claimed line by the fulfiller of its product type. No transaction is open while it does. */
@Injectable()
export class LineDelivery {
  private readonly logger = new Logger(LineDelivery.name);

  constructor(private readonly registry: FulfillerRegistry) {}

  /** Never throws: whatever happens is the line's outcome. */
  async deliver(order: OrderSnapshot, claimed: ClaimedLine, limit: TimeLimit): Promise<SettledLine> {
    const startedAtMs = performance.now();
    const verdict = await this.verdict(order, claimed, limit);
    this.logBug(order, claimed, verdict);
    return settledLine(claimed, verdict, Math.round(performance.now() - startedAtMs));
  }

  /** The calls that may be made for a claimed line. @throws {ConfigurationFailure} when its details no longer fit. */
  calls(order: OrderSnapshot, claimed: ClaimedLine, limit: TimeLimit): GuardedCalls {
    const { fulfiller, timeoutMs } = this.registry.get(claimed.line.productType);
    const details = fulfiller.parseDetails(claimed.details);
    return new GuardedCalls(fulfiller, deliveryRequest(order, claimed, details, limit.signal), timeoutMs, limit);
  }

  private async verdict(order: OrderSnapshot, claimed: ClaimedLine, limit: TimeLimit): Promise<Verdict> {
    try {
      return await deliver(this.calls(order, claimed, limit), claimed.mayHaveArrived);
    } catch (thrown) {
      const failure = failureOf(thrown);
      return { result: 'failed', failure, passing: claimed.mayHaveArrived, unknown: false, mayHaveArrived: claimed.mayHaveArrived };
    }
  }

  private logBug({ number }: OrderSnapshot, { line }: ClaimedLine, verdict: Verdict): void {
    if (verdict.result !== 'failed' || verdict.failure.kind !== 'unknown') return;
    const { cause } = verdict.failure;
    this.logger.error(`The fulfiller of "${line.productType}" broke down on order ${number}, line ${line.id}.`, cause instanceof Error ? cause.stack : String(cause));
  }
}

function settledLine({ claimId, line, mayHaveArrived }: ClaimedLine, verdict: Verdict, durationMs: number): SettledLine {
  const ids = { lineId: line.id, claimId };
  switch (verdict.result) {
    case 'fulfilled':
      return {
        ...ids,
        settlement: { result: 'fulfilled', receipt: verdict.receipt.reference },
        attempt: { outcome: 'fulfilled', httpStatus: verdict.receipt.httpStatus ?? null, detail: null, durationMs },
        mayHaveArrived: false,
      };
    case 'failed': {
      const { kind, detail, httpStatus } = verdict.failure;
      return {
        ...ids,
        settlement: { result: 'failed', failure: { kind, detail, passing: verdict.passing } },
        attempt: { outcome: verdict.unknown ? 'unknown' : 'failed', httpStatus, detail, durationMs },
        mayHaveArrived: verdict.mayHaveArrived,
      };
    }
    case 'not_begun':
      return { ...ids, settlement: { result: 'released' }, attempt: { outcome: 'failed', httpStatus: null, detail: null, durationMs }, mayHaveArrived };
  }
}
