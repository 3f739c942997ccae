import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueLines, LEASE_RAN_OUT, type ClaimedLine, type OrderClaim, type Retry, type SettledLine, type Settlement } from '#orders';
import type { Refusal } from '#limits';
import { BacklogGate } from './backlog-gate.service.js';
import { BacklogLines, SCHEDULER } from './backlog-lines.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import { lineOf, lineWork, type LineWork } from './line-work.js';

/** The name of this source of work: wake-ups are addressed to it. */
export const LINE_RETRY = 'lines';

/** The lines that are due: a source of work for the scheduler. Asks for leave, claims, and goes through the one door to delivery. */
@Injectable()
export class LineRetry {
  readonly name = LINE_RETRY;
  private readonly logger = new Logger(LineRetry.name);

  constructor(
    private readonly due: DueLines,
    private readonly gate: BacklogGate,
    private readonly backlog: BacklogLines,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  async findDue(limit: number) {
    await this.due.adopt();
    return lineWork(await this.due.find(limit, await this.gate.blockedTypes()));
  }

  async perform({ id, alone }: LineWork): Promise<void> {
    const { lineId, productType } = lineOf(id);
    const refusal = await this.gate.ask(productType);
    if (refusal && !alone) return;
    const take = () => this.due.claim(lineId, SCHEDULER, { alone, onlyLeft: refusal !== null });
    await this.backlog.perform({ productType, refusal, take, outcomeWithoutCall: (claim, claimed) => this.outcomeWithoutCall(claim, claimed, refusal) });
  }

  /**
   * A line that its holders keep being lost with ends here, without another call that could take this process as well. One that
   * was left while it is held, or while its provider must not be called, is written down as waiting. One that an operator only looked
   * at is put back as it was.
   */
  private outcomeWithoutCall({ order }: OrderClaim, claimed: ClaimedLine, refusal: Refusal | null): SettledLine | null {
    const { line, lostLeases, held, leftBy } = claimed;
    const end = (detail: string, retry: Retry | null) => uncalled(claimed, { result: 'failed', failure: { kind: 'unknown', detail }, retry });
    if (leftBy === 'decide') return uncalled(claimed, { result: 'unchanged', reason: LEASE_RAN_OUT });
    if (lostLeases >= this.options.maxLostLeases) {
      this.logger.error(`Order ${order.number}, line ${line.id}: ${lostLeases} holders in a row were lost with it. It is not tried again by itself.`);
      return end(`${lostLeases} holders in a row were lost while they delivered it, so it is not tried again by itself. It may have arrived: it is read back first when it is sent again.`, null);
    }
    if (!refusal && !held) return null;
    return end(LEASE_RAN_OUT, { inMs: refusal?.retryInMs ?? 0, costsAttempt: false });
  }
}

function uncalled({ claimId, line, mayHaveArrived }: ClaimedLine, settlement: Settlement): SettledLine {
  return { lineId: line.id, claimId, settlement, attempt: null, mayHaveArrived };
}
