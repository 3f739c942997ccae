import type { Dispute, Payment, Refund } from '../world/records.js';

/** Something that happened to a payment, of which a gateway may tell the shop. */
export type Fact =
  | { readonly type: 'created' | 'approved' | 'action_required' | 'processing' | 'captured' | 'declined' | 'canceled'; readonly payment: Payment }
  | { readonly type: 'refund_created' | 'refund_succeeded' | 'refund_failed'; readonly payment: Payment; readonly refund: Refund }
  | { readonly type: 'dispute_opened' | 'dispute_closed'; readonly payment: Payment; readonly dispute: Dispute };

export type Announce = (fact: Fact) => void;
