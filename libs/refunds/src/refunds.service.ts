import { Injectable } from '@nestjs/common';
import type { GatewayPayment, Payment } from '#payments';
import type { Approval } from './deciding/refund-approvals.service.js';
import { RefundDecisions, type RetryTerms } from './deciding/refund-decisions.service.js';
import { RefundRequests, type AlongsideRefund, type RefundRequester } from './deciding/refund-requests.service.js';
import type { WantedRefund } from './deciding/request-plan.js';
import { RefundProgress } from './halves/refund-progress.service.js';
import { OutsideMoney } from './outside/outside-money.service.js';
import type { Refund, RefundMover } from './refund.js';

/**
 * The way back: the money first, then the access, each as often as it takes and each once.
 *
 * What is decided is one commit. What follows is done as far as it goes before the answer, and by the scheduler otherwise; the answer is the refund as it
 * then stands, and a half that failed is no error of the call. Safe beside any number of others on any number of replicas.
 */
@Injectable()
export class RefundsService {
  constructor(
    private readonly requests: RefundRequests,
    private readonly decisions: RefundDecisions,
    private readonly outside: OutsideMoney,
    private readonly progress: RefundProgress,
  ) {}

  /**
   * Asks for a refund. From its commit on its lines are not delivered any more. What costs nothing, and what a rule approves, goes on at once.
   *
   * @param alongside is written in the same transaction.
   *
   * @throws {OrderNotFoundError | OrderNotPaidError | RefundWindowError | StaffTermsError}
   * @throws {RefundAmountError | OverRefundError | LineNotFoundError | DuplicateLinesError | AlreadyRefundedError | LinesRequiredError | NothingToRefundError}
   * @throws {NotRevocableError | LineAcceptedError} before any money moves. Nothing was written.
   */
  async request(wanted: WantedRefund, by: RefundRequester, alongside?: AlongsideRefund): Promise<Refund> {
    const refund = await this.requests.request(wanted, by, alongside);
    return refund.status === 'requested' ? refund : this.progress.after(refund, `request:${by.actor}`);
  }

  /**
   * Access `keep`: the learner keeps it, and what was not delivered is. `caller`: whoever asked takes it back himself, so nobody is called; the lines end as revoked.
   *
   * @throws {RefundNotFoundError | RefundStateError | OverRefundError | NotRevocableError | LineAcceptedError | LinesRequiredError | RefundLinesError | AlreadyRefundedError | LineNotFoundError}
   */
  async approve(number: string, approval: Approval): Promise<Refund> {
    return this.progress.after(await this.decisions.approve(number, approval), operator(approval));
  }

  /** Its lines go on where they were, and may be asked for again. @throws {RefundNotFoundError | RefundStateError | RefundNotReadBackError} the second also where its money went back, or may be on its way. */
  deny(number: string, mover: RefundMover): Promise<Refund> {
    return this.decisions.deny(number, mover);
  }

  /** Has the half that failed tried again; or takes what the gateway returned for the refund. @throws {RefundNotFoundError | RefundStateError | RefundNotReadBackError} */
  async retry(number: string, terms: RetryTerms): Promise<Refund> {
    return this.progress.after(await this.decisions.retry(number, terms), operator(terms));
  }

  /** Writes what a gateway says went back of a payment, by whomever. */
  observe(payment: Payment, state: Pick<GatewayPayment, 'refunds' | 'disputes'>): Promise<void> {
    return this.outside.observe(payment, state);
  }

  /** Returns a parked payment whose rule says so, once. */
  returnLate(payment: Payment): Promise<Refund | undefined> {
    return this.outside.returnLate(payment);
  }

  /** Returns a parked payment that waits for an operator, because he says so. @returns `undefined` when nothing of it is left, or it was decided otherwise. */
  returnParked(payment: Payment, mover: RefundMover): Promise<Refund | undefined> {
    return this.outside.returnParked(payment, mover);
  }
}

function operator({ actor }: RefundMover): string {
  return `operator:${actor}`;
}
