import { Injectable } from '@nestjs/common';
import { CodeBook, readCode, type EnrollmentCode } from '#codes';
import { AlreadyOwnedError, DomainError, type AskedBy, type NewOrder, type OrderClaim, type OrderSnapshot, type RepeatedRequest, type StoredAnswer } from '#orders';
import type { Caller, CheckoutRequest } from './checkout.request.js';
import { FirstDelivery, type CheckoutAnswer } from './first-delivery.service.js';
import { learnerOf } from './learner.js';
import { CodeExpiredError, CodeNotFoundError, CodeRedeemedError, CodeVoidedError } from './redemption.errors.js';
import { SeatCheck } from './seat-check.service.js';
import { SeatPlacement } from './seat-placement.service.js';

/** What is asked for. `code` as somebody wrote it. */
export interface RedemptionRequest extends Pick<CheckoutRequest, 'learner'> {
  readonly code: string;
}

/** A learner's code is a key of its own: who sends the same again gets the same answer, whether he or staff sent it first. */
const ROUTE = 'POST /v1/enrollment-codes/redeem';
const FINGERPRINT = 'redeem';

/** The use case: an enrollment code becomes an order of its seat that costs nothing, and is delivered before the caller has his answer. */
@Injectable()
export class RedemptionService {
  constructor(
    private readonly codes: CodeBook,
    private readonly seats: SeatCheck,
    private readonly placement: SeatPlacement,
    private readonly delivery: FirstDelivery,
  ) {}

  /**
   * Uses a code up and delivers its seat. A failed delivery is an answer, not an error: the code is used up, and the delivery tried again.
   *
   * @throws {CheckoutForbiddenError | CodeNotFoundError | CodeRedeemedError | CodeVoidedError | CodeExpiredError} nothing was written.
   * @throws {SeatNotForSaleError | AlreadyOwnedError | AlreadyEnrolledError} nothing was written, and the code stays unused.
   * @throws {RequestInProgressError} the same is being redeemed just now.
   */
  async redeem(request: RedemptionRequest, caller: Caller, render: (order: OrderSnapshot) => StoredAnswer): Promise<CheckoutAnswer> {
    const learner = learnerOf(request, caller);
    const code = await this.find(request.code);
    const repeated: RepeatedRequest = { scope: { caller: learner.username, route: ROUTE, key: code.code }, fingerprint: FINGERPRINT, render };
    const askedBy: AskedBy = { kind: 'checkout', actor: caller.username, reason: null };
    const placed = await this.tryToPlace(code, learner, askedBy, repeated);
    if (!(placed instanceof DomainError)) return this.delivery.deliver(placed, askedBy, repeated);
    // Whatever speaks against it by now, the code may have been redeemed by this very request, sent before.
    const first = await this.delivery.replay(repeated);
    if (first) return first;
    throw placed;
  }

  private async tryToPlace(code: EnrollmentCode, learner: NewOrder['learner'], askedBy: AskedBy, repeated: RepeatedRequest): Promise<OrderClaim | DomainError> {
    try {
      return await this.place(code, learner, askedBy, repeated);
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  private async place(code: EnrollmentCode, learner: NewOrder['learner'], askedBy: AskedBy, { scope, fingerprint }: RepeatedRequest): Promise<OrderClaim> {
    refuseUnlessIssued(code);
    const seat = await this.seats.find(code, learner);
    const placed = await this.placement.place({ seat, code, learner, askedBy, idempotency: { ...scope, fingerprint } });
    if (placed) return placed;
    // Somebody was quicker: with this code, or with this seat.
    refuseUnlessIssued(await this.find(code.code));
    throw new AlreadyOwnedError();
  }

  private async find(written: string): Promise<EnrollmentCode> {
    const code = readCode(written);
    const found = code === null ? null : await this.codes.find(code);
    if (!found) throw new CodeNotFoundError();
    return found;
  }
}

function refuseUnlessIssued({ status, expiresAt }: EnrollmentCode): void {
  if (status === 'redeemed') throw new CodeRedeemedError();
  if (status === 'voided') throw new CodeVoidedError();
  if (status === 'expired') throw new CodeExpiredError(expiresAt);
}
