/** One thing that is wrong with what was sent: a JSON pointer into its body, or the name of a parameter. */
export interface CatalogProblem {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly code?: string;
  readonly detail: string;
}

/** A refusal that a caller can act on; nothing was written. `code` never changes, the message is for people. */
export abstract class CatalogError extends Error {
  abstract readonly code: string;

  constructor(
    message: string,
    readonly problems: readonly CatalogProblem[] = [],
  ) {
    super(message);
    this.name = new.target.name;
  }
}
