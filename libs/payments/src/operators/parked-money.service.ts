import { Inject, Injectable } from '@nestjs/common';
import type { Mover } from '#orders';
import { PAYMENT_CONSEQUENCES, type PaymentConsequences } from '../ledger/payment-consequences.js';
import { PaymentLedger } from '../ledger/payment.ledger.js';
import { PaymentSync } from '../ledger/payment-sync.service.js';
import type { Payment } from '../ledger/payment.js';
import { PaymentNotParkedError } from './operator.errors.js';
import { ParkedOpening } from './parked-opening.service.js';

/** Money that opened no order, and of which an operator says that it shall. */
@Injectable()
export class ParkedMoney {
  constructor(
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    private readonly opening: ParkedOpening,
    @Inject(PAYMENT_CONSEQUENCES) private readonly consequences: PaymentConsequences,
  ) {}

  /**
   * Opens the order with the money after all, whatever differs, and delivers it. The payment is read back first: of money that went back
   * meanwhile, nothing is opened.
   *
   * @throws {PaymentNotFoundError | PaymentNotParkedError | OrderNotWaitingError | AlreadyOwnedError} nothing was changed.
   * @throws {GatewayFailure | ForeignPaymentError} the gateway could not be asked.
   */
  async accept(paymentId: string, mover: Mover): Promise<Payment> {
    const known = await this.ledger.byId(paymentId);
    if (known.parked?.action !== 'ask') throw new PaymentNotParkedError('not_parked');
    await this.sync.check(known, mover.actor);
    const accepted = await this.opening.open(known, mover);
    await this.consequences.opened(accepted);
    return accepted;
  }
}
