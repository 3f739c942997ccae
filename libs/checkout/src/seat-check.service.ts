import { Injectable } from '@nestjs/common';
import { CatalogService, type Quote } from '#catalog';
import type { EnrollmentCode } from '#codes';
import { AccessCheck, FulfillerRegistry } from '#fulfillment';
import type { NewOrder } from '#orders';
import { RefusedPurchase } from './refused-purchase.service.js';
import { AlreadyEnrolledError, SeatNotForSaleError } from './redemption.errors.js';

const NOT_AVAILABLE = { not_yet_sold: 'The course is not sold in this mode yet.', no_longer_sold: 'The course is no longer sold in this mode.' } as const;

/** Finds the seat that an enrollment code pays for, and refuses what would use the code up for nothing. */
@Injectable()
export class SeatCheck {
  constructor(
    private readonly catalog: CatalogService,
    private readonly registry: FulfillerRegistry,
    private readonly access: AccessCheck,
    private readonly refused: RefusedPurchase,
  ) {}

  /**
   * The seat as it stands in the catalog, which the learner can be given now.
   *
   * @throws {SeatNotForSaleError | AlreadyOwnedError | OrderWaitsForPaymentError | AlreadyEnrolledError}
   */
  async find(code: EnrollmentCode, learner: NewOrder['learner']): Promise<Quote> {
    const seat = this.soldNow(await this.catalog.seat(code.courseId, code.mode));
    const { productType, productId, details } = seat;
    await this.refused.assertFree(learner.username, productId);
    // Who cannot be asked now cannot refuse: the delivery comes to a good end by itself, or waits for an operator.
    const isThere = await this.access.isThere({ productType, details, learner, orderNumber: code.orderNumber, placedAt: code.issuedAt });
    if (isThere) throw new AlreadyEnrolledError();
    return seat;
  }

  private soldNow(seat: Quote | null): Quote {
    if (!seat) throw new SeatNotForSaleError('There is no such course any more.');
    if (seat.availability !== 'available') throw new SeatNotForSaleError(NOT_AVAILABLE[seat.availability]);
    const misconfiguration = this.registry.misconfiguration(seat.productType, seat.details);
    if (misconfiguration !== null) throw new SeatNotForSaleError(`The course cannot be delivered until its product is repaired. ${misconfiguration}`);
    return seat;
  }
}
