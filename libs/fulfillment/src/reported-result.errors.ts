import { DomainError } from '#orders';

/** A provider reports a line of which nothing can have reached it. */
export class ResultUnexpectedError extends DomainError {
  readonly code = 'result_unexpected';

  constructor(lineId: string) {
    super(`Line ${lineId} has not reached its provider yet, so nothing can have come of it.`);
  }
}

/** A provider reports the opposite of how the line has ended. An operator finds it in the order's history. */
export class ResultContradictedError extends DomainError {
  readonly code = 'result_contradicted';

  constructor(lineId: string, status: string, outcome: string) {
    super(`Line ${lineId} is ${status} here, and "${outcome}" is reported of it. It was noted in the order's history, and changes nothing: an operator has to look.`);
  }
}
