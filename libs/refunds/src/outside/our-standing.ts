import type { GatewayRefund } from '#payments';
import type { Refund } from '../refund.js';

/** What a gateway has of a refund of ours. */
export type OurStanding =
  | { readonly result: 'succeeded' | 'pending'; readonly reference: string; readonly amountMinor: number }
  /** All that it had taken on since it was last heard of have failed: the money is with us. */
  | { readonly result: 'failed'; readonly references: readonly string[]; readonly detail: string }
  /** Nothing, but what is known to have failed. */
  | { readonly result: 'absent' };

const NO_WORDS = 'The gateway says that the refund failed, and gives no words.';

/**
 * Reads a refund of ours out of all that a gateway has of its payment. Pure.
 *
 * What failed once has failed for good: an answer that is older than that, and says otherwise, changes nothing.
 */
export function standingOf({ id, reference, failedReferences }: Pick<Refund, 'id' | 'reference' | 'failedReferences'>, refunds: readonly GatewayRefund[]): OurStanding {
  const ours = refunds.filter((refund) => (refund.refundId === id || refund.reference === reference) && !failedReferences.includes(refund.reference));
  const alive = ours.find(({ status }) => status === 'succeeded') ?? ours.find(({ status }) => status === 'pending');
  if (alive) return { result: alive.status === 'succeeded' ? 'succeeded' : 'pending', reference: alive.reference, amountMinor: alive.amountMinor };
  if (ours.length === 0) return { result: 'absent' };
  return { result: 'failed', references: ours.map((refund) => refund.reference), detail: ours.map(({ detail }) => detail).find((detail) => detail !== null) ?? NO_WORDS };
}
