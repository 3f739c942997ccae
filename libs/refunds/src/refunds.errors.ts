import { DomainError } from '#orders';

export class RefundNotFoundError extends DomainError {
  readonly code = 'refund_not_found';

  constructor() {
    super('There is no such refund, or it is not yours.');
  }
}

/** The refund is not in a status in which this can be done. Read it again. */
export class RefundStateError extends DomainError {
  readonly code = 'refund_state';

  constructor(number: string, status: string, why: string) {
    super(`Refund ${number} is ${status}: ${why}.`);
  }
}

/** A decision needs to know what the gateway has returned, and it could not be asked. Nothing was changed. */
export class RefundNotReadBackError extends DomainError {
  readonly code = 'gateway_unavailable';

  constructor(number: string, detail: string) {
    super(`The gateway could not be asked what it has returned for refund ${number}, so nothing was decided: ${detail}`);
  }
}

/** More than is left of the payment. `remainsMinor` is what can still be returned, in minor units of `currency`; `paidMinor`: what was paid, 0 where nothing was. */
export class OverRefundError extends DomainError {
  readonly code = 'over_refund';

  constructor(
    readonly remainsMinor: number,
    readonly currency: string,
    paidMinor: number | null = null,
  ) {
    super(paidMinor === 0 ? 'Nothing was paid, so no money can go back: leave the amount out.' : `Only ${remainsMinor} ${currency} (minor units) of what was paid can still be returned: the rest went back, or is on its way back.`);
  }
}

export class RefundAmountError extends DomainError {
  readonly code = 'amount_invalid';

  constructor(message = 'The amount must be a whole number of minor units, above 0.') {
    super(message);
  }
}

/** A refund that was not denied takes these lines back already. */
export class AlreadyRefundedError extends DomainError {
  readonly code = 'already_refunded';

  constructor(readonly lineIds: readonly string[]) {
    super(`A refund takes ${lineIds.length === 0 ? 'one of these lines' : lineIds.join(', ')} back already.`);
  }
}

export class DuplicateLinesError extends DomainError {
  readonly code = 'duplicate_lines';

  constructor(readonly lineIds: readonly string[]) {
    super(`Name each line once: ${lineIds.join(', ')}.`);
  }
}

/** Access is to be taken back, and it is not said of which lines. */
export class LinesRequiredError extends DomainError {
  readonly code = 'lines_required';

  constructor() {
    super('Say which lines are to be taken back; or let the learner keep the access.');
  }
}

/** Other lines are named than the refund takes back. */
export class RefundLinesError extends DomainError {
  readonly code = 'refund_lines';
}

export class NothingToRefundError extends DomainError {
  readonly code = 'nothing_to_refund';

  constructor(orderNumber: string) {
    super(`Nothing is left to return of order ${orderNumber}: neither money nor access.`);
  }
}

/** A learner may not ask any more; or never, where learners may not ask. */
export class RefundWindowError extends DomainError {
  readonly code = 'refund_window_over';

  constructor(windowMs: number) {
    super(windowMs === 0 ? 'Refunds are asked for by staff.' : `The time to ask for a refund is over: ${Math.round((10 * windowMs) / 86_400_000) / 10} days after payment. Staff may still ask.`);
  }
}

/** Only staff may choose what is returned, and whether access is kept. */
export class StaffTermsError extends DomainError {
  readonly code = 'staff_only_terms';

  constructor() {
    super('Only staff may choose the amount, and what becomes of the access.');
  }
}
