import { Injectable } from '@nestjs/common';
import type { Refusal } from '#limits';
import type { AskedBy, ClaimedLine, OrderClaim, SettledLine } from '#orders';
import { BacklogGate } from './backlog-gate.service.js';
import { OrderEventHandler } from './order-event.handler.js';

/** How the scheduler asks for deliveries. */
export const SCHEDULER: AskedBy = { kind: 'retry', actor: 'scheduler', reason: null };

/** One line of the backlog, and what its source makes of it. */
export interface BacklogLine {
  readonly productType: string;
  /** Why its provider must not be called now; null: there is leave for it. */
  readonly refusal: Refusal | null;
  readonly take: () => Promise<OrderClaim | undefined>;
  /** How it ends without a call; null: it is delivered. */
  readonly outcomeWithoutCall: (claim: OrderClaim, claimed: ClaimedLine) => SettledLine | null;
}

/** Claims one line of the backlog and brings it to an end: through the one door to delivery, or without a call, which gives its leave back. */
@Injectable()
export class BacklogLines {
  constructor(
    private readonly gate: BacklogGate,
    private readonly handler: OrderEventHandler,
  ) {}

  async perform({ productType, refusal, take, outcomeWithoutCall }: BacklogLine): Promise<void> {
    const claim = await (refusal ? take() : this.gate.claimWithLeave(productType, take));
    const [line] = claim?.lines ?? [];
    if (!claim || !line) return;
    const outcome = outcomeWithoutCall(claim, line);
    if (!outcome) return void (await this.handler.handleShippingEvent(claim.order, claim, SCHEDULER));
    if (!refusal) await this.gate.giveBack(productType);
    await this.handler.settle(claim, [outcome], SCHEDULER);
  }
}
