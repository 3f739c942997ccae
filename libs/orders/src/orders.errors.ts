/** A refusal that a caller can act on. `code` never changes; the message is for people; neither speaks of HTTP. */
export abstract class DomainError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class OrderNotFoundError extends DomainError {
  readonly code = 'order_not_found';

  constructor() {
    super('There is no such order, or it is not yours.');
  }
}

/** The learner owns or awaits a product that is sold once. */
export class AlreadyOwnedError extends DomainError {
  readonly code = 'already_owned';

  constructor() {
    super('The learner already has this product, or an order for it is being delivered. Staff may sell it again.');
  }
}

/** Nothing in the order is unfinished. */
export class NothingToResubmitError extends DomainError {
  readonly code = 'nothing_to_resubmit';

  constructor(number: string) {
    super(`Nothing in order ${number} is unfinished.`);
  }
}

/** Nothing in the order can be cancelled: every line is fulfilled or already taken back. */
export class NothingToCancelError extends DomainError {
  readonly code = 'nothing_to_cancel';

  constructor(number: string) {
    super(`Nothing in order ${number} is unfinished, so there is nothing to cancel.`);
  }
}

/** All of the lines that were to be taken back are so already. */
export class NothingToRevokeError extends DomainError {
  readonly code = 'nothing_to_revoke';

  constructor(number: string) {
    super(`What was to be taken back of order ${number} is so already.`);
  }
}

/** Somebody holds every line that could be worked on. Try again after the lease, at the latest. */
export class DeliveryInProgressError extends DomainError {
  readonly code = 'delivery_in_progress';

  constructor(number: string) {
    super(`Order ${number} is being worked on just now. Look at it again in a moment.`);
  }
}

/** The order has no such line. */
export class LineNotFoundError extends DomainError {
  readonly code = 'line_not_found';

  constructor() {
    super('The order has no such line.');
  }
}

/** An operator holds the line, or all lines that could be delivered. Release it first. */
export class LineHeldError extends DomainError {
  readonly code = 'line_held';

  constructor(lineIds: readonly string[]) {
    super(`${lineIds.length === 1 ? 'Line' : 'Lines'} ${lineIds.join(', ')} ${lineIds.length === 1 ? 'is' : 'are'} held by an operator. Release first.`);
  }
}

/** A refund holds the line, so that nothing is delivered that is to be taken back. */
export class LineHeldByRefundError extends DomainError {
  readonly code = 'line_held_by_refund';

  constructor(lineId: string) {
    super(`Line ${lineId} is held by a refund of its order, and goes on when that is denied. Deny the refund first.`);
  }
}

/** The order waits for its money, or was not paid for in time: nothing of it was delivered, so there is nothing to do about that. */
export class OrderNotPaidError extends DomainError {
  readonly code = 'order_not_paid';

  constructor(number: string, status: string) {
    super(`Order ${number} is ${status}: it is not paid for, so nothing of it was delivered.`);
  }
}

/** Nobody holds the line. */
export class LineNotHeldError extends DomainError {
  readonly code = 'line_not_held';

  constructor(lineId: string) {
    super(`Line ${lineId} is not held.`);
  }
}

/** Nothing is left to decide about the line. */
export class LineFinishedError extends DomainError {
  readonly code = 'line_finished';

  constructor(lineId: string, status: string) {
    super(`Line ${lineId} is ${status} already.`);
  }
}

/** The order may have been delivered to its learner, so it stays his. */
export class LearnerFixedError extends DomainError {
  readonly code = 'learner_fixed';

  constructor(why: string) {
    super(`The learner cannot be corrected any more: ${why}`);
  }
}

/** The key was used for something else. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly code = 'idempotency_key_reused';

  constructor() {
    super('This Idempotency-Key was used with another body. Use a new key for a new request.');
  }
}

/** The first request with this key is not finished. */
export class RequestInProgressError extends DomainError {
  readonly code = 'request_in_progress';

  constructor(readonly retryAfterMs: number) {
    super('A request with this Idempotency-Key is still being worked on. Send it again in a moment.');
  }
}
