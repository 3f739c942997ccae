import { Inject, Injectable } from '@nestjs/common';
import type { RefundBooks } from '../books/refund.books.js';
import { RefundRecord } from '../books/refund.record.js';
import { END_ATTEMPT, WAIT_ON } from '../books/refund.statements.js';
import { noted, step } from '../deciding/steps.js';
import { REFUNDS_OPTIONS, type RefundsOptions } from '../refunds.options.js';
import { leavingVerdict } from './access-leaving.js';
import { AccessTaking } from './access-taking.service.js';
import type { AccessVerdict } from './access-verdict.js';
import { retryInMs } from './patience.js';
import { RefundClaims, type RefundClaim } from './refund-claims.service.js';

/** The name of this source of work. */
export const REFUND_ACCESS = 'refund-access';
const SCHEDULER = 'scheduler';
const WITHDRAWN = 'The money came back to us before the access was taken.';

/** The access half: claim → take the lines back by the one door → settle. What is revoked by then is not called for again; where the money came back to us, nothing is. */
@Injectable()
export class RefundAccess {
  readonly name = REFUND_ACCESS;

  constructor(
    private readonly claims: RefundClaims,
    private readonly record: RefundRecord,
    private readonly taking: AccessTaking,
    @Inject(REFUNDS_OPTIONS) private readonly options: RefundsOptions,
  ) {}

  findDue(limit: number) {
    return this.claims.findDue('access', limit);
  }

  /** @param requestedBy for the attempt's row. */
  async perform({ id }: { readonly id: string }, requestedBy = SCHEDULER): Promise<void> {
    const claim = await this.claims.take(id, 'access', requestedBy);
    if (!claim) return;
    const { refund } = claim;
    const verdict = refund.moneyIsBack ? null : await this.taking.takeBack(refund);
    await this.record.open({ paymentId: refund.paymentId, refundId: id }, async (books) => this.settle(books, claim, verdict ?? (await leavingVerdict(books, refund))));
  }

  /** A claim that was lost changes nothing but its attempt's row. */
  private async settle(books: RefundBooks, claim: RefundClaim, verdict: AccessVerdict): Promise<void> {
    await endAttempt(books, claim, verdict);
    const refund = books.get(claim.refund.id);
    if (refund.claimId !== claim.claimId) return;
    const known = { ...refund, failure: null, accessNote: noted(refund, verdict.notes) };
    if (verdict.result === 'done') {
      await books.tell(refund, 'completeRefund', { actor: SCHEDULER, reason: null });
      await books.save(step(known, 'complete'));
      return;
    }
    if (verdict.result === 'withdrawn') {
      const mover = { actor: SCHEDULER, reason: WITHDRAWN };
      await books.tell(refund, 'denyRefund', mover);
      await books.drop(refund, mover);
      await books.save(step(known, 'withdraw', { decisionReason: WITHDRAWN }));
      return;
    }
    if (verdict.result === 'waiting') return void (await books.wait(known, verdict.inMs));
    const againInMs = verdict.passing ? retryInMs(this.options.retry, { attempts: refund.attempts, ageMs: claim.ageMs, retryAfterMs: null }) : null;
    if (againInMs !== null) return void (await books.save({ ...known, failure: verdict.failure }, againInMs));
    await books.tell(refund, 'failRefundAccess', { actor: SCHEDULER, reason: verdict.failure.detail });
    await books.save(step({ ...known, failure: verdict.failure }, 'failAccess'));
  }
}

/** One who waits on for the same leaves no row each time: the row before says until when. */
async function endAttempt({ runner }: RefundBooks, { claimId, refund }: RefundClaim, verdict: AccessVerdict): Promise<void> {
  if (verdict.result === 'waiting') await runner.run(WAIT_ON, [claimId, refund.id, verdict.detail]);
  await runner.run(END_ATTEMPT, [claimId, ...attemptEnd(verdict)]);
}

function attemptEnd(verdict: AccessVerdict): [outcome: string, detail: string | null] {
  if (verdict.result === 'failed') return ['failed', verdict.failure.detail];
  if (verdict.result === 'waiting') return ['waiting', verdict.detail];
  return ['done', (verdict.result === 'withdrawn' ? [WITHDRAWN, ...verdict.notes] : verdict.notes).join(' ') || null];
}
