/** What is issued to a line. `validDays` counts from the issue. */
export interface CodeBatch {
  readonly quantity: number;
  readonly orderNumber: string;
  readonly courseId: string;
  readonly mode: string;
  readonly validDays: number;
}

/** The codes of a line, counted. A code is redeemed or voided, never both. */
export interface Standing {
  readonly issued: number;
  readonly redeemed: number;
  readonly voided: number;
}

/**
 * Where codes are kept: the application binds it. Lines are named by the idempotency key of their request.
 *
 * Every call throws a `CodeBookAwayError` when the book cannot be reached now.
 */
export interface CodeBook {
  /**
   * Issues `quantity` codes to a line, all or none. Whatever is repeated, a line has each of its codes once; what was voided stays so.
   *
   * @param beforeWrite is called directly before each write; when it throws, nothing is written, and the call throws the same.
   */
  issue(lineId: string, batch: CodeBatch, beforeWrite?: () => void): Promise<Standing>;
  standing(lineId: string): Promise<Standing>;
  /**
   * Makes what is not redeemed worthless, for ever: an `issue` of the line that is under way, or that arrives later, leaves no code that is good.
   * A line that had no codes has `batch.quantity` voided ones then. Harmless when repeated.
   *
   * @param beforeWrite as for `issue`; what was written before it throws stays, and the line is not closed.
   */
  closeLine(lineId: string, batch: CodeBatch, beforeWrite?: () => void): Promise<void>;
}

export const CODE_BOOK = Symbol('CODE_BOOK');

/** The book cannot be reached now. A write may have arrived all the same. */
export class CodeBookAwayError extends Error {
  constructor(options: ErrorOptions) {
    super('The enrollment codes cannot be reached now.', options);
    this.name = 'CodeBookAwayError';
  }
}
