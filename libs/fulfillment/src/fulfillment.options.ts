export interface FulfillmentOptions {
  /** The time a delivery has for the whole order, whoever asks. What is not done by then waits. */
  readonly deadlineMs: number;
}

export const FULFILLMENT_OPTIONS = Symbol('FULFILLMENT_OPTIONS');
