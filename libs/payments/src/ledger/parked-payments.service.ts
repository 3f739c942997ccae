import { Injectable } from '@nestjs/common';
import { OrdersDatabase, type Statement } from '#orders';
import { PARKED_CAUSES, type ParkedCause } from './payment.js';

/** Payments whose money opened no order, and was neither returned nor accepted since. */
export interface ParkedFigures {
  /** All causes, those without a payment too. */
  readonly byCause: Readonly<Record<ParkedCause, number>>;
  /** Of these, those that wait for an operator. */
  readonly toDecide: number;
}

interface ParkedRow {
  readonly cause: ParkedCause;
  readonly parked: number;
  readonly asked: number;
}

/** From an index that holds nothing else. */
const PARKED: Statement = {
  name: 'payments.parked_figures',
  text: `
select parked_cause as cause, count(*)::int as parked, (count(*) filter (where parked_action = 'ask'))::int as asked
  from payment where parked_action in ('refund', 'ask') group by parked_cause`,
};

/** Counts the payments that are parked. */
@Injectable()
export class ParkedPayments {
  constructor(private readonly database: OrdersDatabase) {}

  async figures(): Promise<ParkedFigures> {
    const rows = await this.database.run<ParkedRow>(PARKED, []);
    const none = Object.fromEntries(PARKED_CAUSES.map((cause) => [cause, 0])) as Record<ParkedCause, number>;
    return {
      byCause: { ...none, ...Object.fromEntries(rows.map(({ cause, parked }) => [cause, parked])) },
      toDecide: rows.reduce((sum, { asked }) => sum + asked, 0),
    };
  }
}
