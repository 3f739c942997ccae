import { DeliveryFailure, type Fulfiller, type FulfillmentRequest, type Receipt, UnknownOutcome, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { type CodeBatch, type CodeBook, CodeBookAwayError, type Standing } from './code-book.js';
import { type EnrollmentCodeDetails, type EnrollmentCodeOptions, EnrollmentCodeSchema } from './enrollment-code.js';

type Request = FulfillmentRequest<EnrollmentCodeDetails>;

/**
 * Delivers a bulk purchase: `quantity` codes, each of which pays for one seat.
 *
 * The line's key is the codes' key, and a code once issued to it is never replaced, also not where it was voided. So whatever is
 * repeated, and in whatever order a late call arrives, a line has no more codes than were bought. Taking back closes the line in the book,
 * whether or not codes are there: a delivery that is still under way then comes to nothing. No receipt and no failure names a code.
 */
export class EnrollmentCodeFulfiller implements Fulfiller<EnrollmentCodeDetails> {
  constructor(
    private readonly book: CodeBook,
    private readonly options: EnrollmentCodeOptions,
  ) {}

  parseDetails(raw: unknown): EnrollmentCodeDetails {
    return parseOrFail(EnrollmentCodeSchema, raw, 'details of enrollment codes');
  }

  async fulfill(request: Request): Promise<Receipt> {
    const standing = await this.book.issue(request.idempotencyKey, this.batch(request), request.onCall).catch(failWrite);
    // A revocation that came before us, or between two of our attempts, is not undone.
    if (standing.voided > 0) throw new DeliveryFailure({ kind: 'rejected', detail: 'The codes of this line were taken back, and are not issued again: sell new ones.', passing: false });
    return receipt(request, standing);
  }

  /** Codes that were redeemed stay delivered when the others are voided. */
  async verify(request: Request): Promise<Receipt | null> {
    const standing = await this.book.standing(request.idempotencyKey).catch(failRead);
    const { issued, redeemed, voided } = standing;
    if (voided > 0) return redeemed > 0 ? { reference: `${redeemed} of ${issued} enrollment codes, which were redeemed` } : null;
    return issued >= request.quantity ? receipt(request, standing) : null;
  }

  async revoke(request: Request): Promise<void> {
    await this.book.closeLine(request.idempotencyKey, this.batch(request), request.onCall).catch(failWrite);
  }

  private batch({ quantity, orderNumber, details }: Request): CodeBatch {
    return { quantity, orderNumber, ...details, ...this.options };
  }
}

function receipt({ details: { courseId, mode } }: Request, { issued }: Standing): Receipt {
  return { reference: `${issued} enrollment ${issued === 1 ? 'code' : 'codes'} for ${courseId} (${mode})` };
}

function failWrite(error: unknown): never {
  throw error instanceof CodeBookAwayError ? new UnknownOutcome({ kind: 'network', detail: error.message, cause: error }) : error;
}

function failRead(error: unknown): never {
  throw error instanceof CodeBookAwayError ? new DeliveryFailure({ kind: 'network', detail: error.message, passing: true, cause: error }) : error;
}
