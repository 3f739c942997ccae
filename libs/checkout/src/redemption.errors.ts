import { DomainError } from '#orders';

/** No code reads like this, or none was ever issued: nobody is told which. */
export class CodeNotFoundError extends DomainError {
  readonly code = 'code_not_found';

  constructor() {
    super('There is no such enrollment code. Look whether it is written right: 16 letters and digits, none of which is 0, O, 1 or I.');
  }
}

/** The code is used up, by somebody else or for somebody else. */
export class CodeRedeemedError extends DomainError {
  readonly code = 'code_redeemed';

  constructor() {
    super('The enrollment code was redeemed already. Each code enrolls one learner once.');
  }
}

export class CodeExpiredError extends DomainError {
  readonly code = 'code_expired';

  constructor(expiresAt: Date) {
    super(`The enrollment code could be redeemed until ${expiresAt.toISOString()}.`);
  }
}

/** What the code was sold by was taken back. */
export class CodeVoidedError extends DomainError {
  readonly code = 'code_voided';

  constructor() {
    super('The enrollment code is no longer good: its purchase was taken back.');
  }
}

/** The LMS says so; the code stays unused. */
export class AlreadyEnrolledError extends DomainError {
  readonly code = 'already_enrolled';

  constructor() {
    super('The learner is enrolled in this course already, in this mode or a higher one. The code was not used.');
  }
}

/** The code is good, and its seat cannot be sold now; the code stays unused. */
export class SeatNotForSaleError extends DomainError {
  readonly code = 'seat_not_for_sale';

  constructor(why: string) {
    super(`${why} The code was not used.`);
  }
}
