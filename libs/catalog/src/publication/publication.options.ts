import { SETTLE_MARGIN_MS } from './timed-calls.js';

export interface PublicationOptions {
  /** How long a claim holds. */
  readonly leaseMs: number;
  /** Of one call of the LMS. */
  readonly timeoutMs: number;
  /** So many holders in a row that were lost with a course end its publication. */
  readonly maxLostLeases: number;
  /** How long a publication waits for the LMS's rate before it leaves its place to others. */
  readonly waitForLeaveMs: number;
}

export const PUBLICATION_OPTIONS = Symbol('PUBLICATION_OPTIONS');

/** Credit, a look, a second one where the first shows no modes, and the publication. */
const CALLS = 4;

/** What the calls of one publication may take. */
export function longestPublicationMs(timeoutMs: number): number {
  return CALLS * timeoutMs;
}

/** A lease could end while its holder still publishes. The boot stops. */
export class PublicationLeaseTooShortError extends Error {
  constructor(leaseMs: number, neededMs: number) {
    super(`FULFILLMENT_LEASE_MS is ${leaseMs}, but a publication may take ${neededMs}: four times LMS_TIMEOUT_MS, and one second. Raise it to ${neededMs} or more.`);
    this.name = 'PublicationLeaseTooShortError';
  }
}

/** @throws {PublicationLeaseTooShortError} */
export function assertLongEnough({ leaseMs, timeoutMs }: Pick<PublicationOptions, 'leaseMs' | 'timeoutMs'>): void {
  const neededMs = longestPublicationMs(timeoutMs) + SETTLE_MARGIN_MS;
  if (leaseMs < neededMs) throw new PublicationLeaseTooShortError(leaseMs, neededMs);
}
