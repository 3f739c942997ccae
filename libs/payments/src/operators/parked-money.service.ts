import { Inject, Injectable } from '@nestjs/common';
import type { Mover } from '#orders';
import { PAYMENT_CONSEQUENCES, type PaymentConsequences } from '../ledger/payment-consequences.js';
import { PaymentLedger, type AppliedPayment } from '../ledger/payment.ledger.js';
import { PaymentSync } from '../ledger/payment-sync.service.js';
import type { Payment } from '../ledger/payment.js';
import { PaymentNotParkedError } from './operator.errors.js';
import { ParkedOpening } from './parked-opening.service.js';

/** Money that opened no order, and what an operator says about it. It is read back before: what was parked for its sum may have been read wrong. */
@Injectable()
export class ParkedMoney {
  constructor(
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    private readonly opening: ParkedOpening,
    @Inject(PAYMENT_CONSEQUENCES) private readonly consequences: PaymentConsequences,
  ) {}

  /**
   * Opens the order with the money after all, whatever differs, and delivers it. Of money that went back meanwhile, nothing is opened.
   *
   * @throws {PaymentNotFoundError | PaymentNotParkedError | OrderPaidError | AlreadyOwnedError} nothing was changed.
   * @throws {GatewayFailure | ForeignPaymentError} the gateway could not be asked.
   */
  async accept(paymentId: string, mover: Mover): Promise<Payment> {
    const { payment, opened } = await this.readBack(paymentId, mover.actor);
    if (opened) return payment;
    const accepted = await this.opening.open(payment, mover);
    await this.consequences.opened(accepted);
    return accepted;
  }

  /**
   * The payment as it stands when its money is to go back.
   *
   * @throws {PaymentNotFoundError | PaymentNotParkedError} there is nothing to return of it, or it has opened its order by now.
   * @throws {GatewayFailure | ForeignPaymentError} the gateway could not be asked.
   */
  async toReturn(paymentId: string, actor: string): Promise<Payment> {
    const { payment, opened } = await this.readBack(paymentId, actor);
    if (opened) throw new PaymentNotParkedError('opened');
    if (payment.capturedMinor === 0) throw new PaymentNotParkedError('nothing_taken');
    return payment;
  }

  private async readBack(paymentId: string, actor: string): Promise<AppliedPayment> {
    const known = await this.ledger.byId(paymentId);
    if (known.parked?.action !== 'ask') throw new PaymentNotParkedError('not_parked');
    return this.sync.check(known, actor);
  }
}
