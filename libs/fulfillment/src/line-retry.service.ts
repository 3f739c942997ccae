import { Inject, Injectable, Logger } from '@nestjs/common';
import { DueLines, type AskedBy, type ClaimedLine, type DueClaim, type OrderClaim, type Retry, type SettledLine, type Settlement } from '#orders';
import type { Refusal } from '#limits';
import { BacklogGate } from './backlog-gate.service.js';
import { FULFILLMENT_OPTIONS, type FulfillmentOptions } from './fulfillment.options.js';
import { OrderEventHandler } from './order-event.handler.js';

const RETRY: AskedBy = { kind: 'retry', actor: 'scheduler', reason: null };
/** The last holder's words when nobody could tell what came of the line. */
const LEFT = 'The lease ran out before the holder said what came of it.';

/** Work as the scheduler knows it: what it means is known here. */
interface Work {
  readonly id: string;
  readonly alone: boolean;
}

/** The lines that are due: a source of work for the scheduler. Asks for leave, claims, and goes through the one door to delivery. */
@Injectable()
export class LineRetry {
  readonly name = 'lines';
  private readonly logger = new Logger(LineRetry.name);

  constructor(
    private readonly due: DueLines,
    private readonly gate: BacklogGate,
    private readonly handler: OrderEventHandler,
    @Inject(FULFILLMENT_OPTIONS) private readonly options: FulfillmentOptions,
  ) {}

  async findDue(limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    await this.due.adopt();
    const lines = await this.due.find(limit, await this.gate.blockedTypes());
    return lines.map(({ lineId, productType, dueAt, alone }) => ({ id: workId(lineId, productType), dueAt, alone }));
  }

  async perform({ id, alone }: Work): Promise<void> {
    const { lineId, productType } = lineOf(id);
    const refusal = await this.gate.ask(productType);
    if (refusal && !alone) return;
    const claim = await this.claim(lineId, { alone, onlyLeft: refusal !== null }, () => (refusal ? Promise.resolve() : this.gate.giveBack(productType)));
    const [line] = claim?.lines ?? [];
    if (!claim || !line) return;
    const outcome = this.outcomeWithoutCall(claim, line, refusal);
    if (!outcome) return void (await this.handler.handleShippingEvent(claim.order, claim, RETRY));
    if (!refusal) await this.gate.giveBack(productType);
    await this.handler.settle(claim, [outcome], RETRY);
  }

  /** `withoutUse` runs when there is no claim to use the leave for. */
  private async claim(lineId: string, how: DueClaim, withoutUse: () => Promise<void>): Promise<OrderClaim | undefined> {
    let claim: OrderClaim | undefined;
    try {
      claim = await this.due.claim(lineId, RETRY, how);
      return claim;
    } finally {
      if (!claim) await withoutUse();
    }
  }

  /**
   * A line that its holders keep being lost with ends here, without another call that could take this process as well. One that
   * was left while it is held, or while its provider must not be called, is written down as waiting. One that an operator only looked
   * at is put back as it was.
   */
  private outcomeWithoutCall({ order }: OrderClaim, claimed: ClaimedLine, refusal: Refusal | null): SettledLine | null {
    const { line, lostLeases, held, leftBy } = claimed;
    const end = (detail: string, retry: Retry | null) => uncalled(claimed, { result: 'failed', failure: { kind: 'unknown', detail }, retry });
    if (leftBy === 'decide') return uncalled(claimed, { result: 'unchanged', reason: LEFT });
    if (lostLeases >= this.options.maxLostLeases) {
      this.logger.error(`Order ${order.number}, line ${line.id}: ${lostLeases} holders in a row were lost with it. It is not tried again by itself.`);
      return end(`${lostLeases} holders in a row were lost while they delivered it, so it is not tried again by itself. It may have arrived: it is read back first when it is sent again.`, null);
    }
    if (!refusal && !held) return null;
    return end(LEFT, { inMs: refusal?.retryInMs ?? 0, costsAttempt: false });
  }
}

function uncalled({ claimId, line, mayHaveArrived }: ClaimedLine, settlement: Settlement): SettledLine {
  return { lineId: line.id, claimId, settlement, attempt: null, mayHaveArrived };
}

/** How the scheduler names a line. Its type goes along, so that leave can be asked for it before it is read. */
export function workId(lineId: string, productType: string): string {
  return `${lineId}/${productType}`;
}

function lineOf(id: string): { lineId: string; productType: string } {
  const [lineId = '', productType = ''] = id.split('/');
  return { lineId, productType };
}
