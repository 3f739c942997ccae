import type pg from 'pg';
import type { OrdersDatabase, Runner, Statement } from './orders.database.js';

/** What is written in one transaction with an order: both or neither. Neither step may call another system. */
export interface Alongside {
  /** Runs before the order is written, and takes its locks before those of the order. False: nothing is written. */
  before(runner: Runner): Promise<boolean>;
  /** Runs when the order has its number. */
  after(runner: Runner, orderNumber: string): Promise<void>;
}

/** Rolls back what was written alongside an order that was not. */
export class NotPlaced extends Error {}

/** Runs a statement that places an order, with what is written alongside it. @throws {NotPlaced} when either was not written. */
export function placeAlongside<Row extends pg.QueryResultRow & { readonly number: string }>(database: OrdersDatabase, statement: Statement, values: readonly unknown[], alongside: Alongside): Promise<Row> {
  return database.transaction(async (runner) => {
    if (!(await alongside.before(runner))) throw new NotPlaced();
    const [placed] = await runner.run<Row>(statement, values);
    if (!placed) throw new NotPlaced();
    await alongside.after(runner, placed.number);
    return placed;
  });
}
