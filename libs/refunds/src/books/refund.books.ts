import type { HeldLine, Mover, OrderHistory, RefundHolds, Runner } from '#orders';
import type { Payment, PaymentBalance } from '#payments';
import { isMoneyGone, isOutside, type Refund, type RefundLine } from '../refund.js';
import { RefundNotFoundError } from '../refunds.errors.js';
import { refundOf, type RefundRow } from './refund.row.js';
import { ADD_LINES, ADD_REFUND, DROP_LINES, LIVING_LINES, WRITE_REFUND, addLinesValues, writeValues } from './refund.statements.js';
import { remainsOf, sumsOf } from './refund-sums.js';

/** What is written of a new refund, which begins as requested. */
export type NewRefund = Pick<Refund, 'id' | 'orderId' | 'orderNumber' | 'learner' | 'origin' | 'amountMinor' | 'currency' | 'access' | 'reason' | 'requestedBy' | 'reference' | 'lines'>;

/** Whom the books write with. */
export interface Clerks {
  readonly balance: PaymentBalance;
  readonly holds: RefundHolds;
  readonly history: OrderHistory;
}

/** The refunds of one payment, or one refund without a payment, locked: everything that a transaction reads and writes of them. */
export class RefundBooks {
  /** What was told to the order's history. */
  readonly told: string[] = [];
  private isToRecount = false;
  private readonly byId: Map<string, Refund>;

  constructor(
    readonly runner: Runner,
    readonly payment: Payment | null,
    refunds: readonly Refund[],
    private readonly clerks: Clerks,
  ) {
    this.byId = new Map(refunds.map((refund) => [refund.id, refund]));
  }

  get refunds(): readonly Refund[] {
    return [...this.byId.values()];
  }

  /** @throws {RefundNotFoundError} */
  get(id: string): Refund {
    const refund = this.byId.get(id);
    if (!refund) throw new RefundNotFoundError();
    return refund;
  }

  /** What can still be returned of the payment. */
  get remainsMinor(): number {
    return this.payment ? remainsOf(this.payment, this.refunds) : 0;
  }

  get isOverdrawn(): boolean {
    if (!this.payment) return false;
    const { refundedMinor, reservedMinor } = sumsOf(this.refunds);
    return refundedMinor + reservedMinor > this.payment.capturedMinor;
  }

  /** Those of the order's lines that living refunds take back. */
  async livingLines(orderId: string): Promise<ReadonlySet<string>> {
    return new Set((await this.runner.run<{ line_id: string }>(LIVING_LINES, [orderId])).map(({ line_id }) => line_id));
  }

  /** Keeps the lines from being delivered, from this commit on. */
  hold({ id: refundId, orderId }: Pick<Refund, 'id' | 'orderId'>, lineIds: readonly string[], mover: Mover): Promise<HeldLine[]> {
    return lineIds.length === 0 ? Promise.resolve([]) : this.clerks.holds.hold(this.runner, { orderId, lineIds, refundId }, mover);
  }

  /** Writes a refund with its lines, and sets its money aside. Money that is gone already is counted instead. */
  async add(refund: NewRefund): Promise<Refund> {
    const { id, orderId, orderNumber, learner, origin, amountMinor, currency, access, reason, requestedBy, reference, lines } = refund;
    const values = [id, orderId, orderNumber, learner, this.payment?.id ?? null, origin, amountMinor, currency, access, reason, requestedBy, reference, isOutside(origin)];
    const added = this.keep(await this.runner.run<RefundRow>(ADD_REFUND, values));
    if (isOutside(origin)) this.isToRecount = true;
    else if (this.payment && amountMinor > 0) await this.clerks.balance.reserve(this.runner, this.payment.id, amountMinor);
    return lines.length === 0 ? added : this.attach(added, lines);
  }

  async attach(refund: Refund, lines: readonly RefundLine[]): Promise<Refund> {
    await this.runner.run(ADD_LINES, addLinesValues(refund.id, lines));
    const attached = { ...refund, lines };
    this.byId.set(refund.id, attached);
    return attached;
  }

  /** Lets the refund's lines go: they are delivered again where they wait for it, and may be asked for again. */
  async drop(refund: Refund, mover: Mover): Promise<void> {
    const staying = refund.lines.filter(({ wasHeld }) => wasHeld).map(({ lineId }) => lineId);
    await this.clerks.holds.release(this.runner, { orderId: refund.orderId, refundId: refund.id, staying }, mover);
    await this.runner.run(DROP_LINES, [refund.id]);
  }

  /** Writes how it stands. Whoever worked on it has lost it. `againInMs`: it stays, and is tried again then. */
  save(refund: Refund, againInMs?: number): Promise<Refund> {
    return this.write(writeValues(refund, againInMs));
  }

  /** The same, of one that waits for what is no failure: how long it may fail is reckoned from now on. */
  wait(refund: Refund, inMs: number): Promise<Refund> {
    return this.write(writeValues({ ...refund, failure: null }, inMs, { isWaiting: true }));
  }

  async decideParked(action: 'ask' | 'done' | 'refund'): Promise<void> {
    if (this.payment?.parked) await this.clerks.balance.decideParked(this.runner, this.payment.id, action);
  }

  /** Into the order's history. */
  tell({ orderId, number, amountMinor, currency }: Refund, event: string, { actor, reason }: Mover): Promise<void> {
    this.told.push(event);
    return this.clerks.history.append(this.runner, { orderId, actor, event, reason: `Refund ${number} of ${amountMinor} ${currency} (minor units)${reason === null ? '.' : `: ${reason}`}` });
  }

  /** At the end: the payment says what its refunds say. */
  async close(): Promise<void> {
    if (this.payment && this.isToRecount) await this.clerks.balance.recount(this.runner, this.payment.id, sumsOf(this.refunds));
  }

  private async write(values: unknown[]): Promise<Refund> {
    const saved = this.keep(await this.runner.run<RefundRow>(WRITE_REFUND, values));
    this.isToRecount = true;
    if (saved.origin === 'late' && this.payment && (saved.status === 'denied' || isMoneyGone(saved))) await this.decideParked(saved.status === 'denied' || this.remainsMinor > 0 ? 'ask' : 'done');
    return saved;
  }

  private keep([row]: readonly RefundRow[]): Refund {
    if (!row) throw new RefundNotFoundError();
    const refund = refundOf(row);
    this.byId.set(refund.id, refund);
    return refund;
  }
}
