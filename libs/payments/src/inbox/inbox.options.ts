/** What the inbox is told by its app. */
export interface InboxOptions {
  /** For so many days the bodies of events are kept that were dealt with. 0: for ever. */
  readonly bodyDays: number;
}

export const PAYMENT_INBOX_OPTIONS = Symbol('PAYMENT_INBOX_OPTIONS');
