import { type Entitlement, type EntitlementClient, type LmsCall, LmsRefusedError, LmsTokenRefusedError } from '#lms';
import { ConfigurationFailure, DeliveryFailure, type Fulfiller, type FulfillmentRequest, type Receipt, parseOrFail } from '@order-fulfillment/fulfiller-kit';
import { type EntitledCourse, EntitledCourseSchema } from './entitled-course.js';
import { entitlementFailure } from './entitlement-failures.js';

/**
 * Delivers a course without a run: the learner is entitled to choose one.
 *
 * The LMS keeps one entitlement for each order number and course, expired ones included, and answers 400 to a second. So what may be there is looked up
 * by these two. Lines of one order that name the same course share it when they name the same mode too, and the second is refused when they do not: an
 * order has each product once, so that takes two products of one course.
 */
export class EntitlementFulfiller implements Fulfiller<EntitledCourse> {
  constructor(
    private readonly entitlements: EntitlementClient,
    private readonly timeoutMs: number,
  ) {}

  parseDetails(raw: unknown): EntitledCourse {
    return parseOrFail(EntitledCourseSchema, raw, 'details of an entitlement');
  }

  async fulfill(request: FulfillmentRequest<EntitledCourse>): Promise<Receipt> {
    if (request.quantity !== 1) throw new ConfigurationFailure(`The LMS gives an order one entitlement to a course, and the line asks for ${request.quantity}: set maxQuantity of its product type to 1.`);
    const present = request.attempt > 1 ? await this.verify(request) : null;
    return present ?? this.create(request);
  }

  async verify(request: FulfillmentRequest<EntitledCourse>): Promise<Receipt | null> {
    const given = givenFor(request, await this.find(request));
    return given && receipt(given, 200);
  }

  /** An entitlement in another mode is not this line's to take back. */
  async revoke(request: FulfillmentRequest<EntitledCourse>): Promise<void> {
    const given = givenFor(request, await this.find(request));
    if (given) await this.entitlements.expire(given.uuid, this.call(request)).catch(failChange);
  }

  private async create(request: FulfillmentRequest<EntitledCourse>): Promise<Receipt> {
    try {
      return receipt(await this.entitlements.create({ ...keyOf(request), mode: request.details.mode }, this.call(request)), 201);
    } catch (error) {
      return isWrongRequest(error) ? this.whatIsThere(request, error) : failChange(error);
    }
  }

  /** The LMS's words for an order that has one already are in its own language, so they are not gone by. */
  private async whatIsThere(request: FulfillmentRequest<EntitledCourse>, refusal: LmsRefusedError): Promise<Receipt> {
    const found = await this.find(request);
    if (found === null) return failChange(refusal);
    if (givenFor(request, found)) return receipt(found, 200);
    const state = found.isExpired ? 'has expired' : `is in the mode ${found.mode}`;
    throw new DeliveryFailure({ kind: 'rejected', passing: false, httpStatus: 400, detail: `The order has entitlement ${found.uuid} to this course, which ${state}: the LMS gives it no second one.` });
  }

  private find(request: FulfillmentRequest<EntitledCourse>): Promise<Entitlement | null> {
    return this.entitlements.find(keyOf(request), this.call(request)).catch(failRead);
  }

  private call({ signal, onCall }: FulfillmentRequest<EntitledCourse>): LmsCall {
    return { timeoutMs: this.timeoutMs, signal, ...(onCall && { onCall }) };
  }
}

function keyOf({ learner, orderNumber, details }: FulfillmentRequest<EntitledCourse>) {
  return { username: learner.username, courseUuid: details.courseUuid, orderNumber };
}

/** What was found, if it is what this line sold and holds still. */
function givenFor({ details }: FulfillmentRequest<EntitledCourse>, found: Entitlement | null): Entitlement | null {
  return found !== null && !found.isExpired && found.mode === details.mode ? found : null;
}

function isWrongRequest(error: unknown): error is LmsRefusedError {
  return error instanceof LmsRefusedError && error.httpStatus === 400 && !(error instanceof LmsTokenRefusedError);
}

function receipt({ uuid, courseUuid, mode }: Entitlement, httpStatus: number): Receipt {
  return { reference: `${uuid} for course ${courseUuid} (${mode})`, httpStatus };
}

function failChange(error: unknown): never {
  throw entitlementFailure(error, 'change');
}

function failRead(error: unknown): never {
  throw entitlementFailure(error, 'read');
}
