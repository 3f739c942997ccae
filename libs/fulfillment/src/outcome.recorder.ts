import { Inject, Injectable, Logger } from '@nestjs/common';
import { SettleService, type AnswerTo, type AskedBy, type OrderClaim, type SettledLine, type SettleResult } from '#orders';
import { DELIVERY_LISTENER, type DeliveryListener, type SettledDelivery } from './delivery.listener.js';
import { stackOf } from '#plugins';

/** Records what came of a claim, and tells whoever listens. */
@Injectable()
export class OutcomeRecorder {
  private readonly logger = new Logger(OutcomeRecorder.name);

  constructor(
    private readonly settling: SettleService,
    @Inject(DELIVERY_LISTENER) private readonly listener: DeliveryListener,
  ) {}

  async record(claim: OrderClaim, lines: readonly SettledLine[], { actor }: AskedBy, answerTo?: AnswerTo): Promise<SettleResult> {
    const result = await this.settling.settle(claim, actor, lines, answerTo);
    this.tell({ claim, lines, result });
    return result;
  }

  /** It is committed: what a listener makes of it cannot undo that. */
  private tell(delivery: SettledDelivery): void {
    try {
      this.listener(delivery);
    } catch (error) {
      this.logger.error('What was settled could not be reported.', stackOf(error));
    }
  }
}
