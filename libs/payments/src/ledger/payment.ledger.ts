import { Injectable } from '@nestjs/common';
import { AlreadyOwnedError, OrderHistory, OrdersDatabase, PendingOrders, type FailureKind, type Runner } from '#orders';
import type { GatewayPayment } from '../contract/gateway-payment.js';
import { ProcessorRegistry } from '../registry/processor.registry.js';
import { changeOf, isReadAnew, type PaymentChange } from './payment-change.js';
import { lastCheckMs, nextCheckMs } from './payment-patience.js';
import { ForeignPaymentError, PaymentNotFoundError } from './payment.errors.js';
import { ABANDON, CHANGE_PAYMENT, CHECK_FAILED, FIND_PAYMENT, LOCK_PAYMENT, PAYMENTS_OF_ORDER, WRITE_ANOTHER, WRITE_OWED, WRITE_PAYMENT, onePayment, paymentOf, type PaymentRow } from './payment.statements.js';
import type { Payment, PaymentStatus } from './payment.js';

/** A payment that is to be written with its order. */
export type NewPayment = Pick<Payment, 'id' | 'orderId' | 'orderNumber' | 'processor' | 'amountMinor' | 'currency'>;

/** What the gateway's word came to. */
export interface AppliedPayment {
  readonly payment: Payment;
  /** This very call opened the order: its lines are due. */
  readonly opened: boolean;
  /** This very call parked it. */
  readonly parked: boolean;
}

/** Whoever starts a payment has this long before it is read back by itself. */
const FIRST_CHECK_MS = 60_000;

/**
 * The record of payments, and the one door by which what a gateway says changes anything: whoever heard it, in any order, twice or never.
 * One row decides, under its order's lock.
 */
@Injectable()
export class PaymentLedger {
  constructor(
    private readonly database: OrdersDatabase,
    private readonly orders: PendingOrders,
    private readonly history: OrderHistory,
    private readonly registry: ProcessorRegistry,
  ) {}

  /** Writes a payment before its gateway hears of it, in the caller's transaction. An order has one that can still be paid. */
  async write(runner: Runner, { id, orderId, orderNumber, processor, amountMinor, currency }: NewPayment): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(WRITE_PAYMENT, [id, orderId, orderNumber, processor, amountMinor, currency, FIRST_CHECK_MS]));
  }

  /** Writes another payment of an order, which waits for that one again. @returns `undefined` where it cannot be paid now, or has a payment that can: two at once end in one. */
  async writeAnother({ id, orderId, processor }: Pick<NewPayment, 'id' | 'orderId' | 'processor'>, actor: string): Promise<Payment | undefined> {
    return this.database.transaction(async (runner) => {
      // In a statement of its own: the next one sees what was written while this one waited.
      await this.orders.lock(runner, orderId);
      const [row] = await runner.run<PaymentRow>(WRITE_ANOTHER, [id, orderId, processor, FIRST_CHECK_MS]);
      if (!row) return undefined;
      await this.orders.awaitPayment(runner, orderId, { actor, reason: `To be paid by ${processor}.` });
      return paymentOf(row);
    });
  }

  /** Gives up a payment that no buyer was ever told of, without asking its gateway. @returns false where one may have been. */
  async abandon({ id }: Pick<Payment, 'id'>): Promise<boolean> {
    return (await this.database.run(ABANDON, [id])).length > 0;
  }

  /** Writes what somebody owes for an order that is delivered on trust. */
  async writeOwed(runner: Runner, { id, orderId, orderNumber, processor, amountMinor, currency }: NewPayment): Promise<Payment> {
    return onePayment(await runner.run<PaymentRow>(WRITE_OWED, [id, orderId, orderNumber, processor, amountMinor, currency]));
  }

  /** @throws {PaymentNotFoundError} */
  async byId(id: string): Promise<Payment> {
    return onePayment(await this.database.run<PaymentRow>(FIND_PAYMENT, [id]));
  }

  /** The newest first. */
  async ofOrder(orderId: string): Promise<Payment[]> {
    return (await this.database.run<PaymentRow>(PAYMENTS_OF_ORDER, [orderId])).map(paymentOf);
  }

  /**
   * Writes what the gateway says of a payment, and opens its order where that follows from it.
   *
   * @param actor for the order's history: who heard of it.
   * @throws {PaymentNotFoundError | ForeignPaymentError} nothing was changed.
   */
  async apply(payment: Pick<Payment, 'id' | 'orderId'>, state: GatewayPayment, actor: string): Promise<AppliedPayment> {
    try {
      return await this.applyOnce(payment, state, actor, false);
    } catch (error) {
      if (!(error instanceof AlreadyOwnedError)) throw error;
      return this.applyOnce(payment, state, actor, true);
    }
  }

  /** Why the gateway could not be asked, for operators to see; asked again later by itself. */
  async noteFailure({ id }: Pick<Payment, 'id'>, { kind, detail }: { readonly kind: FailureKind; readonly detail: string }, retryInMs: number): Promise<void> {
    await this.database.run(CHECK_FAILED, [id, kind, detail, retryInMs]);
  }

  /** `isOwned`: opening the order was tried, and its learner has the product by another order. */
  private applyOnce({ id, orderId }: Pick<Payment, 'id' | 'orderId'>, state: GatewayPayment, actor: string, isOwned: boolean): Promise<AppliedPayment> {
    return this.database.transaction(async (runner) => {
      const orderStatus = await this.orders.lock(runner, orderId);
      const before = onePayment(await runner.run<PaymentRow>(LOCK_PAYMENT, [id]));
      assertOwn(before, state);
      if (orderStatus === undefined) throw new PaymentNotFoundError();
      const wanted = changeOf(before, orderStatus, state);
      const change: PaymentChange = isOwned && wanted.order === 'pay' ? { ...wanted, order: null, parked: 'already_owned' } : wanted;
      const opened = change.order === 'pay' && (await this.orders.pay(runner, orderId, { processor: before.processor, reference: state.reference }, { actor, reason: null }));
      if (change.order === 'failPayment') await this.orders.failPayment(runner, orderId, { actor, reason: state.declined });
      const payment = await this.change(runner, before, state, { ...change, opened });
      const parked = payment.parked !== null && before.parked === null;
      if (parked) await this.history.append(runner, { orderId, actor, event: 'parkPayment', reason: `${payment.processor} took ${payment.capturedMinor} ${payment.capturedCurrency ?? ''} (minor units) for it: ${String(change.parked)}.` });
      return { payment, opened, parked };
    });
  }

  private actionOf(processor: string): 'refund' | 'ask' {
    return this.registry.find(processor)?.rules.latePayments === 'refund' ? 'refund' : 'ask';
  }

  private nextCheckMs({ status: before, processor, createdAt }: Payment, status: PaymentStatus): number | null {
    return before === 'started' && status === 'failed' ? lastCheckMs(this.registry.find(processor)?.timeoutMs ?? 0) : nextCheckMs(status, createdAt);
  }

  /** What its buyer has agreed to is read back to be taken: where that cannot be done, the gateway is asked less and less often all the same. */
  private attempts(before: Payment, { status }: GatewayPayment): number {
    return status === 'approved' ? before.attempts : 0;
  }

  private async change(runner: Runner, before: Payment, state: GatewayPayment, { status, parked, opened }: PaymentChange & { readonly opened: boolean }): Promise<Payment> {
    const isCaptured = status === 'captured';
    const isNew = state.status === 'captured' && (before.status !== 'captured' || isReadAnew(before));
    const action = parked && (before.parked?.action ?? (parked === 'amount_differs' ? 'ask' : this.actionOf(before.processor)));
    return onePayment(
      await runner.run<PaymentRow>(CHANGE_PAYMENT, [
        before.id, status, state.reference, state.captureReference,
        isNew ? state.capturedMinor : before.capturedMinor, isNew ? state.currency : before.capturedCurrency,
        isCaptured ? null : state.declined, before.openedOrder || opened, parked, action, this.nextCheckMs(before, status), this.attempts(before, state),
      ]),
    );
  }
}

/** A reference that was mistyped, or an account that is shared, must not have another payment's money open our order. */
function assertOwn(payment: Payment, state: GatewayPayment): void {
  const isOther = (state.paymentId !== null && state.paymentId !== payment.id) || (payment.reference !== null && payment.reference !== state.reference);
  if (isOther || state.paymentId === null) throw new ForeignPaymentError(payment.id);
}
