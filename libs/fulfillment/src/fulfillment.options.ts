export interface FulfillmentOptions {
  /** The time a delivery has for the whole order, whoever asks. What is not done by then waits. */
  readonly deadlineMs: number;
  /** So many holders in a row that were lost with a line end it. */
  readonly maxLostLeases: number;
  /** How long a retry waits for a provider's rate before it leaves its place to others. */
  readonly waitForLeaveMs: number;
}

export const FULFILLMENT_OPTIONS = Symbol('FULFILLMENT_OPTIONS');
