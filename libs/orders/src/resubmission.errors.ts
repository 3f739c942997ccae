import { DomainError } from './orders.errors.js';

export class ResubmissionNotFoundError extends DomainError {
  readonly code = 'resubmission_not_found';

  constructor() {
    super('There is no such resubmission.');
  }
}

/** The filter leaves nothing out, and nobody said that this is meant. Nothing was written. */
export class ConfirmRequiredError extends DomainError {
  readonly code = 'confirm_required';

  constructor() {
    super('This filter matches every unfinished line. Narrow it, or send "confirm": true if that is what you want.');
  }
}

/** Nothing was written. */
export class NothingMatchesError extends DomainError {
  readonly code = 'nothing_matches';

  constructor() {
    super('No unfinished line matches the filter, or those that do are held or being worked on just now. A dry run says how many are held.');
  }
}

/** Nothing was written. */
export class TooManyLinesError extends DomainError {
  readonly code = 'too_many_lines';

  constructor(max: number) {
    super(`More than ${max} lines match the filter. Narrow it, and send them again in parts.`);
  }
}
