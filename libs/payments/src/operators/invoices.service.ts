import { Injectable } from '@nestjs/common';
import { OrderHistory, OrdersDatabase, type Statement } from '#orders';
import type { Payment } from '../ledger/payment.js';
import { PaymentLedger } from '../ledger/payment.ledger.js';
import { PAYMENT_COLUMNS, paymentOf, type PaymentRow } from '../ledger/payment.statements.js';
import { InvoiceSettledError, NothingOwedError } from './operator.errors.js';

/** Somebody has paid an invoice. `reference` says by what: a bank transfer, a cheque. */
export interface InvoicePaid {
  readonly order: { readonly id: string; readonly number: string };
  readonly reference: string;
  readonly actor: string;
  readonly reason: string;
}

/** Once: whoever comes second waits for the first, and finds nothing owed. What was given back in full is owed no more. */
const SETTLE_OWED: Statement = {
  name: 'payments.settle_owed',
  text: `update payment set owed_settled_at = now(), owed_settled_by = $2, updated_at = now() where order_id = $1 and owed and owed_settled_at is null and refunded_minor < captured_minor returning ${PAYMENT_COLUMNS}`,
};

/** What somebody owes for orders that were delivered on trust. */
@Injectable()
export class Invoices {
  constructor(
    private readonly database: OrdersDatabase,
    private readonly ledger: PaymentLedger,
    private readonly history: OrderHistory,
  ) {}

  /** Marks what is left of an invoice paid, once. No money moves here. @throws {NothingOwedError | InvoiceSettledError} */
  async settle({ order, reference, actor, reason }: InvoicePaid): Promise<Payment> {
    const settled = await this.database.transaction(async (runner) => {
      const [row] = await runner.run<PaymentRow>(SETTLE_OWED, [order.id, actor]);
      if (row) await this.history.append(runner, { orderId: order.id, actor, event: 'settleInvoice', reason, change: { reference: { from: null, to: reference } } });
      return row && paymentOf(row);
    });
    if (settled) return settled;
    const paid = (await this.ledger.ofOrder(order.id)).find(({ owedSettledAt }) => owedSettledAt !== null);
    throw paid?.owedSettledAt ? new InvoiceSettledError(order.number, paid.owedSettledAt) : new NothingOwedError(order.number);
  }
}
