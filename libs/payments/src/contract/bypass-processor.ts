import { DomainError } from '#orders';

/** Who wants to buy without paying here, and what. */
export interface BypassRequest {
  /** Whole minor units, 0 or more. */
  readonly totalMinor: number;
  readonly isStaff: boolean;
  /** What the caller gives as a reference. */
  readonly reference: string | null;
}

/** A payment that is settled as the order is placed: nobody is called. */
export interface BypassProcessor {
  /**
   * @returns the reference to keep, and whether somebody still owes the money, to be marked paid later.
   * @throws {BypassRefusedError}
   */
  settle(request: BypassRequest): { readonly reference: string | null; readonly owed: boolean };
}

/** It cannot be sold in this way. `field` is the member of the request's `payment` that is wrong. */
export class BypassRefusedError extends DomainError {
  constructor(
    readonly code: 'payment_required' | 'reference_required' | 'staff_only_processor',
    readonly field: 'processor' | 'reference',
    message: string,
  ) {
    super(message);
  }
}
