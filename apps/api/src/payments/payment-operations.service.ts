import { Injectable } from '@nestjs/common';
import { fromGateway } from '#checkout';
import { ParkedMoney, PaymentLedger, PaymentNotAtGatewayError, PaymentNotParkedError, PaymentSync, type Payment } from '#payments';
import { RefundsService, type RefundMover } from '#refunds';

/** What an operator does about one payment. Every method also throws `PaymentNotFoundError`. */
@Injectable()
export class PaymentOperations {
  constructor(
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
    private readonly parked: ParkedMoney,
    private readonly refunds: RefundsService,
  ) {}

  /** @throws {PaymentNotAtGatewayError | GatewayUnavailableError} */
  async check(id: string, actor: string): Promise<Payment> {
    const payment = await this.ledger.byId(id);
    if (payment.owed) throw new PaymentNotAtGatewayError(payment.orderNumber);
    await fromGateway(this.sync.check(payment, actor));
    // What followed from it, a refund that was found, is in the row alone.
    return this.ledger.byId(id);
  }

  /** @throws {GatewayUnavailableError | PaymentNotParkedError | OrderPaidError | AlreadyOwnedError} nothing was changed. */
  accept(id: string, mover: RefundMover): Promise<Payment> {
    return fromGateway(this.parked.accept(id, mover));
  }

  /** @throws {GatewayUnavailableError | PaymentNotParkedError} nothing is left of it, or it was decided already. */
  async return(id: string, mover: RefundMover): Promise<Payment> {
    const payment = await fromGateway(this.parked.toReturn(id, mover.actor));
    if (!(await this.refunds.returnParked(payment, mover))) throw new PaymentNotParkedError('not_parked');
    return this.ledger.byId(id);
  }
}
