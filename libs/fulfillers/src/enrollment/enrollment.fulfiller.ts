import type { EnrollmentClient, EnrollmentOrder, LmsCall } from '#lms';
import { type Fulfiller, type FulfillmentRequest, type Receipt, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { covers, isFree } from './course-modes.js';
import { enrollmentFailure } from './enrollment-failures.js';
import { type Seat, SeatSchema } from './seat.js';

/**
 * Delivers a seat by enrolling the learner in the course run.
 *
 * The LMS keeps one enrollment a learner and course run, whatever he bought, and moves it to any mode it is told, also a
 * lower one. So whoever may hold a better mode already is looked up first, and left alone.
 */
export class EnrollmentFulfiller implements Fulfiller<Seat> {
  constructor(
    private readonly enrollments: EnrollmentClient,
    private readonly timeoutMs: number,
  ) {}

  parseDetails(raw: unknown): Seat {
    return parseOrFail(SeatSchema, raw, 'details of a seat');
  }

  async fulfill(request: FulfillmentRequest<Seat>): Promise<Receipt> {
    const present = readsFirst(request) ? await this.verify(request) : null;
    if (present !== null) return present;
    const { mode } = await this.enrollments.enroll(seatOf(request), orderOf(request), this.call(request)).catch(failChange);
    return receipt(request.details, mode);
  }

  async verify(request: FulfillmentRequest<Seat>): Promise<Receipt | null> {
    const { details } = request;
    const enrollment = await this.find(request);
    return enrollment?.isActive && covers(enrollment.mode, details.mode) ? receipt(details, enrollment.mode) : null;
  }

  /**
   * Reads first: an enrollment in another mode is not this line's to take back, and told to deactivate where there is
   * nothing, the LMS would create an enrollment.
   */
  async revoke(request: FulfillmentRequest<Seat>): Promise<void> {
    const enrollment = await this.find(request);
    if (!enrollment?.isActive || enrollment.mode !== request.details.mode) return;
    await this.enrollments.deactivate(seatOf(request), this.call(request)).catch(failChange);
  }

  private find(request: FulfillmentRequest<Seat>) {
    return this.enrollments.find(seatOf(request), this.call(request)).catch(failRead);
  }

  private call({ signal, onCall }: FulfillmentRequest<Seat>): LmsCall {
    return { timeoutMs: this.timeoutMs, signal, ...(onCall && { onCall }) };
  }
}

function readsFirst({ attempt, details }: FulfillmentRequest<Seat>): boolean {
  return attempt > 1 || isFree(details.mode);
}

function seatOf({ learner, details }: FulfillmentRequest<Seat>) {
  return { ...details, username: learner.username };
}

function orderOf(request: FulfillmentRequest<Seat>): EnrollmentOrder {
  const { orderNumber, orderId, idempotencyKey, placedAt, learner } = request;
  return { number: orderNumber, id: orderId, lineItemId: idempotencyKey, placedAt, learnerAddress: learner.address };
}

/** The Enrollment API has one status for success. */
function receipt({ courseId }: Seat, mode: string): Receipt {
  return { reference: `${courseId} (${mode})`, httpStatus: 200 };
}

function failChange(error: unknown): never {
  throw enrollmentFailure(error, 'change');
}

function failRead(error: unknown): never {
  throw enrollmentFailure(error, 'read');
}
