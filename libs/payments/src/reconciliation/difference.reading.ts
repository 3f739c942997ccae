import { Injectable } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ListedPayment } from '../contract/payment-processor.js';
import { GatewayCalls } from '../ledger/gateway-calls.service.js';
import { ForeignPaymentError } from '../ledger/payment.errors.js';
import { PaymentLedger } from '../ledger/payment.ledger.js';
import { PaymentSync } from '../ledger/payment-sync.service.js';
import type { Payment } from '../ledger/payment.js';
import { differenceOf, listedMoney, moneyHere, readMoney, type MoneyThere } from './compare-payment.js';
import type { DifferenceKind, PaymentDifference } from './payment-difference.js';
import { differenceWords } from './reconciliation.words.js';

/** What reading back and writing down puts right, and nothing else can be meant. */
const REPAIRABLE: ReadonlySet<DifferenceKind> = new Set<DifferenceKind>(['captured_not_here', 'refund_there_not_here', 'amount_differs']);

/** A payment of ours of which a list said something else than its row, or nothing. */
export interface DoubtfulPayment {
  readonly payment: Payment;
  /** Null: the gateway did not list it. */
  readonly listed: ListedPayment | null;
}

/**
 * Reads a payment back about which the list of its gateway and our row differ: a list may lag behind, leave out what a bank took back, or end at another
 * moment. Only what is read back is a difference.
 */
@Injectable()
export class DifferenceReading {
  constructor(
    private readonly calls: GatewayCalls,
    private readonly ledger: PaymentLedger,
    private readonly sync: PaymentSync,
  ) {}

  /** Null where both agree after all. @throws {GatewayFailure} */
  async find(doubtful: DoubtfulPayment): Promise<PaymentDifference | null> {
    const { payment, listed } = doubtful;
    const theirs = await this.there(doubtful);
    if (differenceOf(payment, theirs) === null) return null;
    // Read after the gateway was: what our row has learned meanwhile is no difference either.
    const row = await this.ledger.byId(payment.id);
    const kind = differenceOf(row, theirs);
    if (kind === null || kind === 'captured_without_order') return null;
    const { reference, captureReference } = known(row, listed);
    return { kind, orderNumber: row.orderNumber, paymentId: row.id, reference, captureReference, ours: moneyHere(row), theirs: theirs && shown(theirs), detail: differenceWords(kind), repair: null };
  }

  /**
   * Has what was found written down by the way that every payment takes, and looks again. Takes no money and returns none.
   *
   * @param onFailure told of the difference before a `GatewayFailure` is thrown.
   */
  async repair(doubtful: DoubtfulPayment, found: PaymentDifference, actor: string, onFailure: (left: PaymentDifference) => Promise<void>): Promise<PaymentDifference> {
    if (!REPAIRABLE.has(found.kind)) return found;
    try {
      const row = await this.ledger.byId(doubtful.payment.id);
      await this.sync.check(known(row, doubtful.listed), `reconcile:${actor}`);
      const left = await this.find(doubtful);
      return left ? { ...left, repair: 'stays' } : { ...found, repair: 'settled' };
    } catch (error) {
      if (error instanceof ForeignPaymentError) return { ...found, detail: error.message, repair: 'stays' };
      if (error instanceof GatewayFailure) await onFailure({ ...found, repair: 'stays' });
      throw error;
    }
  }

  private async there({ payment, listed }: DoubtfulPayment): Promise<MoneyThere | null> {
    const state = await this.calls.verify(known(payment, listed));
    if (state === null) return listed && listedMoney(listed);
    return state.paymentId === null || state.paymentId === payment.id ? readMoney(state) : null;
  }
}

/** With the references by which it was listed, where its row has none yet. Some lists name nothing but the money that was taken: a payment cannot be asked for by that. */
function known(payment: Payment, listed: ListedPayment | null): Payment {
  const reference = listed?.reference === listed?.captureReference ? null : (listed?.reference ?? null);
  return { ...payment, reference: payment.reference ?? reference, captureReference: payment.captureReference ?? listed?.captureReference ?? null };
}

function shown({ capturedMinor, refundedMinor, currency }: MoneyThere): PaymentDifference['theirs'] {
  return { capturedMinor, refundedMinor, currency };
}
