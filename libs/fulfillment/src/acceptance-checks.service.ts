import { Inject, Injectable, Logger } from '@nestjs/common';
import { AcceptedLines, type ClaimedLine, type OrderClaim, type SettledLine } from '#orders';
import type { Refusal } from '#limits';
import { abandoned } from './acceptance.js';
import { BacklogGate } from './backlog-gate.service.js';
import { BacklogLines, SCHEDULER } from './backlog-lines.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import { lineOf, lineWork, type LineWork } from './line-work.js';
import { settledDelivery } from './settled-delivery.js';
import type { Verdict } from './verdict.js';

/** The name of this source of work: wake-ups are addressed to it. */
export const ACCEPTANCE_CHECKS = 'acceptances';

/**
 * The lines that providers have accepted for later: a source of work for the scheduler. Each is looked at when it is due, and ends at
 * its deadline, also when its provider must not be called then.
 */
@Injectable()
export class AcceptanceChecks {
  readonly name = ACCEPTANCE_CHECKS;
  private readonly logger = new Logger(AcceptanceChecks.name);

  constructor(
    private readonly accepted: AcceptedLines,
    private readonly gate: BacklogGate,
    private readonly backlog: BacklogLines,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  async findDue(limit: number) {
    return lineWork(await this.accepted.find(limit, await this.gate.blockedTypes()));
  }

  async perform({ id, alone }: LineWork): Promise<void> {
    const { lineId, productType } = lineOf(id);
    const refusal = await this.gate.ask(productType);
    // Only the rate is used up: it stays due, and is looked at in a moment.
    if (refusal?.cause === 'rate') return;
    const take = () => this.accepted.claim(lineId, SCHEDULER, { onlyOverdue: refusal !== null, alone });
    await this.backlog.perform({ productType, refusal, take, outcomeWithoutCall: (claim, claimed) => this.outcomeWithoutCall(claim, claimed, refusal) });
  }

  /** One whose time is over while its provider must not be called, and one that its holders keep being lost with, end without another call. */
  private outcomeWithoutCall({ order }: OrderClaim, claimed: ClaimedLine, refusal: Refusal | null): SettledLine | null {
    const { line, lostLeases } = claimed;
    if (lostLeases >= this.options.maxLostLeases) {
      this.logger.error(`Order ${order.number}, line ${line.id}: ${lostLeases} holders in a row were lost while they looked at it. It is not looked at again by itself.`);
      return uncalled(claimed, abandoned(`${lostLeases} holders in a row were lost while they looked whether its provider, who accepted it, had delivered it. It is read back first when it is sent again.`));
    }
    return refusal && uncalled(claimed, abandoned(`The provider accepted it, and was not heard of by its deadline. It could not be read back: ${refusal.detail}`));
  }
}

function uncalled(claimed: ClaimedLine, verdict: Verdict): SettledLine {
  return { ...settledDelivery(claimed, verdict, 0), attempt: null };
}
