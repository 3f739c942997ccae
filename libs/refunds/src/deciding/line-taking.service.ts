import { Injectable } from '@nestjs/common';
import { OrderEventHandler } from '#fulfillment';
import { LineNotFoundError, OrderReader, type HeldLine, type LineSnapshot, type Mover, type OrderSnapshot } from '#orders';
import type { RefundBooks } from '../books/refund.books.js';
import type { AccessTerms, Refund, RefundLine } from '../refund.js';
import { fullPriceMinor } from './request-plan.js';

/** Before money moves: whether what is to be taken back can be. */
@Injectable()
export class LineTaking {
  constructor(
    private readonly handler: OrderEventHandler,
    private readonly orders: OrderReader,
  ) {}

  /** To be read before a transaction is open. */
  orderOf({ orderId }: Pick<Refund, 'orderId'>): Promise<OrderSnapshot> {
    return this.orders.byId(orderId);
  }

  /**
   * Takes hold of lines for a refund, in the commit that records it.
   *
   * @throws {NotRevocableError | LineAcceptedError | LineNotFoundError}
   */
  async hold(books: RefundBooks, of: Pick<Refund, 'id' | 'orderId' | 'access'>, lines: readonly LineSnapshot[], mover: Mover): Promise<RefundLine[]> {
    const held = await books.hold(of, lines.map(({ id }) => id), mover);
    return lines.map((line) => {
      const as = held.find(({ lineId }) => lineId === line.id);
      if (!as) throw new LineNotFoundError();
      this.assertTakable(line, as, of.access);
      return { lineId: line.id, amountMinor: fullPriceMinor(line), wasHeld: as.wasHeld };
    });
  }

  /** Of what was never called, and is not being delivered, nothing can have arrived: that is let go whatever its fulfiller can. */
  private assertTakable(line: LineSnapshot, { status, mayHaveArrived }: HeldLine, access: AccessTerms): void {
    const mayBeThere = status === 'fulfilled' || status === 'fulfilling' || mayHaveArrived;
    this.handler.assertRevocable({ ...line, status: status === 'accepted' ? status : mayBeThere && access === 'revoke' ? 'fulfilled' : 'open' });
  }
}

/** Those of the order's lines, in its order. */
export function linesOf({ lines }: Pick<OrderSnapshot, 'lines'>, lineIds: readonly string[]): LineSnapshot[] {
  return lines.filter(({ id }) => lineIds.includes(id));
}
