import type { AccessTerms } from './refund.js';

/** What an automatic approval is decided by. */
export interface RefundFacts {
  readonly requestedBy: 'learner' | 'staff';
  /** Since the order was paid, in milliseconds. */
  readonly sincePaidMs: number;
  readonly amountMinor: number;
  /** What went back of the payment before, or is on its way. */
  readonly returnedBeforeMinor: number;
  readonly currency: string;
  readonly access: AccessTerms;
  /** Of the lines that are taken back; empty where none is. */
  readonly productTypes: readonly string[];
  /** Of the payment; of the order where it has none. */
  readonly processor: string;
}

/** How refunds are decided without anybody. */
export interface RefundRules {
  /** How long after payment a learner may ask, in milliseconds; 0: never. */
  readonly requestWindowMs: number;
  /** The name of the rule that approves it as it is requested; null: an operator decides. */
  autoApprove(facts: RefundFacts): string | null;
}
