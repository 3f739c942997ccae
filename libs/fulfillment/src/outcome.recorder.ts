import { Inject, Injectable } from '@nestjs/common';
import { SettleService, type AnswerTo, type AskedBy, type OrderClaim, type SettledLine, type SettleResult } from '#orders';
import { DELIVERY_LISTENER, type DeliveryListener } from './delivery.listener.js';

/** Records what came of a claim, and tells whoever listens. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly settling: SettleService,
    @Inject(DELIVERY_LISTENER) private readonly listener: DeliveryListener,
  ) {}

  async record(claim: OrderClaim, lines: readonly SettledLine[], { actor }: AskedBy, answerTo?: AnswerTo): Promise<SettleResult> {
    const result = await this.settling.settle(claim, actor, lines, answerTo);
    this.listener({ claim, lines, result });
    return result;
  }
}
