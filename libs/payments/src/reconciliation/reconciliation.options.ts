/** What scheduled reconciliations are told by their app. */
export interface ReconciliationOptions {
  /** How long a replica has a reconciliation for itself before it must say that it goes on, in milliseconds. */
  readonly leaseMs: number;
  /** What is safe to repair is repaired; else differences are only reported. */
  readonly repair: boolean;
}

export const RECONCILIATION_OPTIONS = Symbol('RECONCILIATION_OPTIONS');
