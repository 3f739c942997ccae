import { Inject, Injectable } from '@nestjs/common';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { END_ATTEMPT, WAIT_ON } from '../books/refund.statements.js';
import { moneyReturned, step } from '../deciding/steps.js';
import { ownReference } from '../outside/own-reference.js';
import type { Refund } from '../refund.js';
import { REFUNDS_OPTIONS, type RefundsOptions } from '../refunds.options.js';
import { GatewayMoney } from './gateway-money.service.js';
import type { MoneyVerdict } from './money-verdict.js';
import { lookAgainInMs, retryInMs } from './patience.js';
import { RefundClaims, type RefundClaim } from './refund-claims.service.js';

/** The name of this source of work. */
export const REFUND_MONEY = 'refund-money';
const SCHEDULER = 'scheduler';

/** The money half: claim → read back, where a call may have arrived → return → settle. The gateway returns it once, whoever dies when. */
@Injectable()
export class RefundMoney {
  readonly name = REFUND_MONEY;

  constructor(
    private readonly claims: RefundClaims,
    private readonly record: RefundRecord,
    private readonly gateway: GatewayMoney,
    @Inject(REFUNDS_OPTIONS) private readonly options: RefundsOptions,
  ) {}

  findDue(limit: number) {
    return this.claims.findDue('money', limit);
  }

  /** @param requestedBy for the attempt's row. */
  async perform({ id }: { readonly id: string }, requestedBy = SCHEDULER): Promise<void> {
    const claim = await this.claims.take(id, 'money', requestedBy);
    if (!claim) return;
    const verdict = await this.gateway.returnOnce(claim);
    await this.record.open({ paymentId: claim.refund.paymentId, refundId: id }, (books) => this.settle(books, claim, verdict));
  }

  /** A claim that was lost changes nothing but its attempt's row: whoever has it now reads back. `verdict` null: there was nobody to ask. */
  private async settle(books: RefundBooks, claim: RefundClaim, verdict: MoneyVerdict | null): Promise<void> {
    await endAttempt(books, claim, verdict);
    const refund = books.get(claim.refund.id);
    if (refund.claimId !== claim.claimId) return;
    if (!verdict) return this.returned(books, refund, null);
    const { round, failedReferences } = verdict;
    const known = { ...refund, round, failedReferences };
    if (verdict.result === 'returned') return this.returned(books, known, verdict.reference);
    if (verdict.result === 'waiting') {
      await books.wait({ ...known, reference: await ownReference(books, refund, verdict.reference), mayHaveArrived: true }, lookAgainInMs(refund.attempts));
      return;
    }
    const { failure, mayHaveArrived, passing, retryAfterMs } = verdict;
    const failed = { ...known, failure, mayHaveArrived };
    const againInMs = passing ? retryInMs(this.options.retry, { attempts: refund.attempts, ageMs: claim.ageMs, retryAfterMs }) : null;
    if (againInMs !== null) return void (await books.save(failed, againInMs));
    await books.tell(refund, 'failRefundMoney', { actor: SCHEDULER, reason: failure.detail });
    await books.save(step(failed, 'failMoney'));
  }

  private async returned(books: RefundBooks, refund: Refund, reference: string | null): Promise<void> {
    await books.tell(refund, 'returnRefundMoney', { actor: SCHEDULER, reason: reference });
    await books.save(moneyReturned(refund, reference === null ? refund.reference : await ownReference(books, refund, reference)));
  }
}

/** One who waits on for the same leaves no row each time: the row before says until when. */
async function endAttempt({ runner }: RefundBooks, { claimId, refund }: RefundClaim, verdict: MoneyVerdict | null): Promise<void> {
  if (verdict?.result === 'waiting') await runner.run(WAIT_ON, [claimId, refund.id, verdict.reference]);
  await runner.run(END_ATTEMPT, [claimId, ...attemptEnd(verdict)]);
}

function attemptEnd(verdict: MoneyVerdict | null): [outcome: string, detail: string | null] {
  if (verdict === null) return ['done', null];
  if (verdict.result === 'returned') return ['done', verdict.reference];
  if (verdict.result === 'waiting') return ['waiting', verdict.reference];
  return [verdict.mayHaveArrived ? 'unknown' : 'failed', verdict.failure.detail];
}
