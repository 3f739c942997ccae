import type { Runner } from './orders.database.js';

/** What is written in one transaction with an order: both or neither. Neither step may call another system. */
export interface Alongside {
  /** Runs before the order is written, and takes its locks before those of the order. False: nothing is written. */
  before(runner: Runner): Promise<boolean>;
  /** Runs when the order has its number. */
  after(runner: Runner, orderNumber: string): Promise<void>;
}

/** Rolls back what was written alongside an order that was not. */
export class NotPlaced extends Error {}
