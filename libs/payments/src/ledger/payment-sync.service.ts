import { Inject, Injectable } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ClientAction, GatewayPayment } from '../contract/gateway-payment.js';
import { GatewayCalls } from './gateway-calls.service.js';
import { PAYMENT_CONSEQUENCES, type PaymentConsequences } from './payment-consequences.js';
import { retryCheckMs } from './payment-patience.js';
import { ForeignPaymentError } from './payment.errors.js';
import { PaymentLedger, type AppliedPayment } from './payment.ledger.js';
import type { Payment } from './payment.js';

/** What a gateway was asked, and what that came to. */
export interface SyncedPayment extends AppliedPayment {
  /** How it stands there. */
  readonly state: GatewayPayment['status'];
}

/** A payment that its gateway waits for, and what the buyer's browser does next; null where there is nothing to do. */
export interface StartedAtGateway extends SyncedPayment {
  readonly action: ClientAction | null;
}

/** What does not pass by itself is asked again at the longest wait. */
const LASTING = Infinity;
const UNKNOWN_PAYMENT = 'The gateway knows of no such payment. Are these the keys of the same account, test or live, that it was started with?';

/**
 * Asks a gateway how a payment stands, and writes what follows from it. Client confirmation, webhooks, the scheduler's read-back, expiry and
 * reconciliation all come through here; what any of them was told about money is not believed, only what is read here.
 *
 * Every method throws `GatewayFailure`, written down with the payment, when the gateway could not be asked, and `ForeignPaymentError` when it answered for another payment.
 */
@Injectable()
export class PaymentSync {
  constructor(
    private readonly calls: GatewayCalls,
    private readonly ledger: PaymentLedger,
    @Inject(PAYMENT_CONSEQUENCES) private readonly consequences: PaymentConsequences,
  ) {}

  /** Has the gateway expect the payment, or reminds it: the same payment, however often. */
  async start(payment: Payment, actor: string): Promise<StartedAtGateway> {
    const { payment: state, action } = await this.asked(payment, () => this.calls.start(payment));
    return { ...(await this.applied(payment, state, actor)), action };
  }

  /** Takes the money where the buyer has agreed to it. */
  async confirm(payment: Payment, actor: string): Promise<SyncedPayment> {
    return this.applied(payment, await this.asked(payment, () => this.calls.confirm(payment)), actor);
  }

  /** Reads back; a payment that the gateway may never have heard of is started again, which is the same payment. */
  async check(payment: Payment, actor: string): Promise<SyncedPayment> {
    if (payment.reference === null) return this.start(payment, actor);
    const state = await this.asked(payment, async () => {
      const found = await this.calls.verify(payment);
      if (found === null) throw new GatewayFailure(UNKNOWN_PAYMENT, { kind: 'configuration', passing: false });
      return found;
    });
    return this.applied(payment, state, actor);
  }

  /** Reads back for whom no buyer waits: a webhook, the scheduler. Where the buyer has agreed and did not come back, his payment goes on without him. */
  async advance(payment: Payment, actor: string): Promise<Payment> {
    const { payment: synced, state } = await this.check(payment, actor);
    // One that was called off may still be approved at its gateway, and another may be under way in its place.
    if (state !== 'approved' || synced.status !== 'started') return synced;
    await this.consequences.approved(synced);
    return this.ledger.byId(synced.id);
  }

  /** Has nobody pay it any more. It may come out as paid all the same. */
  async cancel(payment: Payment, actor: string): Promise<SyncedPayment> {
    if (payment.reference === null) {
      const started = await this.start(payment, actor);
      return started.payment.status === 'started' ? this.cancel(started.payment, actor) : started;
    }
    return this.applied(payment, await this.asked(payment, () => this.calls.cancel(payment)), actor);
  }

  private async asked<Answer>(payment: Payment, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (thrown) {
      if (thrown instanceof GatewayFailure) await this.ledger.noteFailure(payment, thrown, retryCheckMs(thrown.passing ? payment.attempts : LASTING, thrown.retryAfterMs));
      throw thrown;
    }
  }

  /** What follows is done after the commit; whoever dies in between leaves it to the scheduler, or to the next who reads back. */
  private async applied(asked: Payment, state: GatewayPayment, actor: string): Promise<SyncedPayment> {
    const applied = await this.written(asked, state, actor);
    const { payment, opened } = applied;
    if (opened) await this.consequences.opened(payment);
    // First what went back already: only the rest goes back by itself.
    if (payment.status === 'captured' && (state.refunds.length > 0 || state.disputes.length > 0)) await this.consequences.moneyWentBack(payment, state);
    if (payment.parked?.action === 'refund') await this.consequences.goesBack(payment);
    return { ...applied, state: state.status };
  }

  private async written(payment: Payment, state: GatewayPayment, actor: string): Promise<AppliedPayment> {
    try {
      return await this.ledger.apply(payment, state, actor);
    } catch (error) {
      if (error instanceof ForeignPaymentError) await this.ledger.noteFailure(payment, { kind: 'configuration', detail: error.message }, retryCheckMs(LASTING, null));
      throw error;
    }
  }
}
