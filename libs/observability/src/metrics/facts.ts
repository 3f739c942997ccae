/** One settled attempt. */
export interface DeliveryFacts {
  readonly productType: string;
  /** `lost`: the claim had gone to somebody else when the attempt came to settle. */
  readonly outcome: 'fulfilled' | 'accepted' | 'waiting' | 'failed' | 'revoked' | 'lost';
  /** The kind of its failure; null when there was none. */
  readonly kind: string | null;
  /** What the calls took; null when nobody was called. */
  readonly durationMs: number | null;
}

/** The lines of paid orders that are not delivered, as the database counts them. */
export interface BacklogFacts {
  /** Age since payment of the oldest line that has still to be delivered; 0 when there is none. */
  readonly oldestUnfulfilledPaidSeconds: number;
  /** Could be claimed now. */
  readonly due: number;
  /** Open, with a time to try again that has not come. */
  readonly waiting: number;
  /** Ended, and nobody has given them up: an operator has to act. */
  readonly failed: number;
  readonly held: number;
  /** Claimed by a holder whose lease has run out, and claimed by nobody since. */
  readonly lapsedLeases: number;
  /** Accepted by their provider for later. */
  readonly accepted: number;
  /** Of these, with it for longer than it was to be. */
  readonly overdue: number;
}

/** One system that we call. */
export interface DependencyFacts {
  readonly name: string;
  readonly breaker: 'closed' | 'half_open' | 'open';
  /** An operator has stopped the calls. */
  readonly paused: boolean;
}

/** The queue, by the state of its jobs. */
export type WakeupFacts = Readonly<Record<'waiting' | 'active' | 'delayed' | 'failed', number>>;

/** Courses that the LMS does not know as the catalog has them. */
export interface PublicationFacts {
  /** Tried by themselves, or being published. */
  readonly waiting: number;
  /** Ended: an operator has to act, or to change the course. */
  readonly failed: number;
  /** A publication would remove modes from the LMS, and nobody has confirmed that. */
  readonly confirmRequired: number;
  /** For how long the LMS has not known the oldest that waits; 0 when none does. */
  readonly oldestWaitingSeconds: number;
}

/** Refunds that are not over, as the database counts them. */
export interface RefundFacts {
  /** By status. Those that are complete or denied are not counted. */
  readonly open: Readonly<Record<string, number>>;
  /** Since its approval, of the oldest whose money is not returned; 0 when there is none. */
  readonly oldestMoneySeconds: number;
  /** Since its money was returned, of the oldest whose access is not settled; 0 when there is none. */
  readonly oldestAccessSeconds: number;
}

/** Payments that could not open their order, by the cause of that, and whose money was neither returned nor accepted since. */
export type ParkedPaymentFacts = Readonly<Record<string, number>>;

/** What came of one webhook of a gateway: it is new, it had come before, or it is of a kind that is none of ours. */
export type WebhookResult = 'new' | 'known' | 'ignored';

/** The gateways' events that are on record, and not done. */
export interface PaymentEventFacts {
  /** Due, being worked on, or to be tried again by themselves. */
  readonly waiting: number;
  /** An operator has to act. */
  readonly parked: number;
  /** Since it was received; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  readonly oldestParkedSeconds: number;
}

/** Whether payments can be read back, and unpaid orders ended. */
export interface PaymentWatchFacts {
  /** Payments that their gateways could not be asked about the last time, by processor and kind of failure. */
  readonly failing: readonly { readonly processor: string; readonly kind: string; readonly count: number }[];
  /** For how long the oldest read-back, and the end of the oldest order whose time is over, are due; 0 when none is. */
  readonly oldestDueSeconds: number;
  readonly oldestExpiryDueSeconds: number;
}

/** For how long a payment gateway has not been compared to the end. */
export interface ReconciliationFacts {
  readonly processor: string;
  readonly seconds: number;
}

/** What the last comparison with a payment gateway left, of one kind. */
export interface DifferenceFacts {
  readonly processor: string;
  readonly kind: string;
  readonly count: number;
}
