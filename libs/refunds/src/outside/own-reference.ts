import type { RefundBooks } from '../books/refund.books.js';
import type { Refund } from '../refund.js';
import { countNoMore } from './outside-refunds.js';

/**
 * What the gateway calls a refund of ours. One that keeps nothing of ours beside it may have had it recorded as somebody else's: that record counts no more,
 * so that the money is counted once.
 */
export async function ownReference(books: RefundBooks, { id, number }: Pick<Refund, 'id' | 'number'>, reference: string): Promise<string | null> {
  const other = books.refunds.find((refund) => refund.id !== id && refund.reference === reference);
  if (!other) return reference;
  if (other.origin !== 'gateway') return null;
  await countNoMore(books, { ...other, reference: null }, { event: 'recognizeRefund', words: `It is refund ${number}, which was made from here.` });
  return reference;
}
