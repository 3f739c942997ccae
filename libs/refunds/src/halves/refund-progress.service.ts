import { Injectable, Logger } from '@nestjs/common';
import { RefundReader } from '../reading/refund.reader.js';
import type { Refund } from '../refund.js';
import { RefundAccess } from './refund-access.service.js';
import { RefundMoney } from './refund-money.service.js';

/** Does both halves of a refund as far as they go just now, as a checkout delivers; what is left is done by the scheduler. */
@Injectable()
export class RefundProgress {
  private readonly logger = new Logger(RefundProgress.name);

  constructor(
    private readonly money: RefundMoney,
    private readonly access: RefundAccess,
    private readonly reader: RefundReader,
  ) {}

  /** What was decided is committed: whatever goes wrong here cannot undo it. */
  async goOn({ id, number, status }: Pick<Refund, 'id' | 'number' | 'status'>, requestedBy: string): Promise<void> {
    try {
      if (status === 'approved') await this.money.perform({ id }, requestedBy);
      if (status === 'approved' || status === 'money_returned') await this.access.perform({ id }, requestedBy);
    } catch (error) {
      this.logger.error(`Refund ${number} could not go on; the scheduler tries again.`, error instanceof Error ? error.stack : undefined);
    }
  }

  /** The refund as it stands after that. */
  async after(refund: Refund, requestedBy: string): Promise<Refund> {
    await this.goOn(refund, requestedBy);
    return this.reader.byNumber(refund.number);
  }
}
