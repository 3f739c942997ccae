import { Injectable } from '@nestjs/common';
import type { Caller } from '#checkout';
import { DomainError, IdempotencyRecords, type RepeatedRequest, type StoredAnswer } from '#orders';
import { RefundsService, type Refund, type WantedRefund } from '#refunds';

/** What was asked under a key, and how its refund is answered. */
export interface KeyedRefund extends Pick<RepeatedRequest, 'scope' | 'fingerprint'> {
  readonly render: (refund: Refund) => StoredAnswer;
}

/** One key, one refund, one answer: the refund, the key and the answer are one commit. */
@Injectable()
export class KeyedRefunds {
  constructor(
    private readonly refunds: RefundsService,
    private readonly records: IdempotencyRecords,
  ) {}

  /** @throws {IdempotencyKeyReusedError | DomainError} nothing was written. */
  async request(wanted: WantedRefund, { username, isStaff }: Caller, keyed: KeyedRefund): Promise<{ readonly answer: StoredAnswer; readonly replayed: boolean }> {
    const before = await this.replay(keyed);
    if (before) return { answer: before, replayed: true };
    let answer: StoredAnswer | undefined;
    try {
      await this.refunds.request(wanted, { actor: username, isStaff, ...(isStaff ? {} : { learner: username }) }, async (runner, refund) => {
        answer = keyed.render(refund);
        await this.records.writeAnswered(runner, keyed, refund.orderId, answer);
      });
    } catch (error) {
      // The same request at the same time: whoever came second finds its lines taken, or its key.
      const meanwhile = error instanceof DomainError ? await this.replay(keyed) : undefined;
      if (meanwhile) return { answer: meanwhile, replayed: true };
      throw error;
    }
    if (!answer) throw new Error('A refund was written without its answer.');
    return { answer, replayed: false };
  }

  private replay({ scope, fingerprint }: KeyedRefund): Promise<StoredAnswer | undefined> {
    return this.records.replay({ scope, fingerprint, render: unanswered });
  }
}

/** Here a key is never without its answer. */
function unanswered(): never {
  throw new Error('A key of a refund has no answer.');
}
