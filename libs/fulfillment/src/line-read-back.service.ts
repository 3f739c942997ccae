import { performance } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Receipt } from '@order-fulfillment/fulfiller-kit';
import type { Report } from '#limits';
import type { AttemptEnd, ClaimedLine, OrderClaim } from '#orders';
import { logBreakdown } from './breakdown.js';
import { DeliveryGate } from './delivery-gate.service.js';
import { failureOf } from './fulfiller-answers.js';
import { FulfillerCalls } from './fulfiller-calls.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import type { GuardedCalls, TimeLimit } from './guarded-calls.js';
import { reportOf } from './provider-report.js';
import { withinLimit } from './within-limit.js';

/** What the provider says of a line, for an operator who decides about it. */
export interface ReadBack {
  /** `impossible`: it gave no answer, or must not be asked now. `unaskable`: nobody could ask it for this line, now or ever before. */
  readonly found: Receipt | 'nothing' | 'impossible' | 'unaskable';
  /** Why nothing was found, as a sentence; null when it was. */
  readonly detail: string | null;
  /** Null: no call was begun. */
  readonly attempt: AttemptEnd | null;
}

interface Asked extends Pick<ReadBack, 'found' | 'detail'> {
  readonly httpStatus: number | null;
  readonly callCount: number;
  readonly report: Report;
}

/** Asks the provider whether the product of a claimed line is there. No transaction is open while it does. */
@Injectable()
export class LineReadBack {
  private readonly logger = new Logger(LineReadBack.name);

  constructor(
    private readonly calls: FulfillerCalls,
    private readonly gate: DeliveryGate,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  /** Never throws: whatever happens is the answer. It asks for leave itself, as an operator: only a provider that is paused is not asked. */
  async read(claim: OrderClaim, claimed: ClaimedLine): Promise<ReadBack> {
    const { productType } = claimed.line;
    const [refusal = null] = await this.gate.ask([productType], 'operator');
    if (refusal) return { found: 'impossible', detail: refusal.detail, attempt: null };
    const startedAtMs = performance.now();
    const { found, detail, httpStatus, callCount, report } = await withinLimit(claim, this.options.deadlineMs, (limit) => this.ask(claim, claimed, limit));
    await this.gate.report(productType, 'operator', callCount, report);
    const durationMs = Math.round(performance.now() - startedAtMs);
    return { found, detail, attempt: callCount === 0 ? null : { outcome: attemptOutcome(found), httpStatus, detail, durationMs } };
  }

  private async ask({ order }: OrderClaim, claimed: ClaimedLine, limit: TimeLimit): Promise<Asked> {
    let calls: GuardedCalls | undefined;
    try {
      calls = this.calls.of(order, claimed, limit);
      const receipt = await calls.verify();
      const answered = { httpStatus: receipt?.httpStatus ?? null, callCount: calls.count, report: { outcome: 'answered' } } as const;
      return receipt ? { found: receipt, detail: null, ...answered } : { found: 'nothing', detail: 'It was read back: it is not there.', ...answered };
    } catch (thrown) {
      const failure = failureOf(thrown);
      logBreakdown(this.logger, failure, order, claimed.line);
      const { detail, httpStatus } = failure;
      const callCount = calls?.count ?? 0;
      const report = reportOf({ result: 'failed', failure, retry: null, unknown: true, mayHaveArrived: true }, callCount);
      return { found: calls ? 'impossible' : 'unaskable', detail, httpStatus, callCount, report };
    }
  }
}

function attemptOutcome(found: ReadBack['found']): AttemptEnd['outcome'] {
  if (found === 'nothing') return 'failed';
  return typeof found === 'string' ? 'unknown' : 'fulfilled';
}
