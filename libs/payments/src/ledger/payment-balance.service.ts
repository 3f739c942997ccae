import { Injectable } from '@nestjs/common';
import type { Runner, Statement } from '#orders';
import { LOCK_PAYMENT, PAYMENT_COLUMNS, onePayment, type PaymentRow } from './payment.statements.js';
import type { ParkedAction, Payment } from './payment.js';

/** What went back of a payment, and what is on its way back. Whole minor units. */
export interface MoneyBack {
  readonly refundedMinor: number;
  readonly reservedMinor: number;
}

/**
 * What went back can be more than was taken, where a bank takes back what was partly returned: the row then says that all is back. So what is on its
 * way may have no room any more, and the gateway has the last word on it. The table's own check stands behind both.
 */
const RECOUNT: Statement = {
  name: 'payments.recount',
  text: `
update payment set refunded_minor = least(captured_minor, $2::bigint), reserved_minor = least(captured_minor - least(captured_minor, $2::bigint), $3::bigint), updated_at = now()
 where id = $1
returning ${PAYMENT_COLUMNS}`,
};

/** Adds, and does not write a sum that somebody has read: so the table's check refuses too much even where nobody had locked the payment. */
const RESERVE: Statement = {
  name: 'payments.reserve',
  text: `update payment set reserved_minor = reserved_minor + $2::bigint, updated_at = now() where id = $1 returning ${PAYMENT_COLUMNS}`,
};

const DECIDE_PARKED: Statement = {
  name: 'payments.decide_parked',
  text: `update payment set parked_action = $2, updated_at = now() where id = $1 and parked_action is not null returning ${PAYMENT_COLUMNS}`,
};

/** For whoever returns money: the balance of a payment, under its lock. */
@Injectable()
export class PaymentBalance {
  /** Locks the payment until the transaction ends: nobody else returns money of it meanwhile. @throws {PaymentNotFoundError} */
  async lock(runner: Runner, paymentId: string): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(LOCK_PAYMENT, [paymentId]));
  }

  /** Sets money aside that is to go back. Violates `payment_refunded_check` where less than that is left. */
  async reserve(runner: Runner, paymentId: string, amountMinor: number): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(RESERVE, [paymentId, amountMinor]));
  }

  /** Writes what all refunds of a locked payment sum up to. */
  async recount(runner: Runner, paymentId: string, { refundedMinor, reservedMinor }: MoneyBack): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(RECOUNT, [paymentId, refundedMinor, reservedMinor]));
  }

  /** What becomes of a locked payment that is parked. */
  async decideParked(runner: Runner, paymentId: string, action: ParkedAction): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(DECIDE_PARKED, [paymentId, action]));
  }
}
