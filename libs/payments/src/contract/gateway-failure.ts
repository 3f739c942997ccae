import type { FailureKind } from '#orders';

/** A call to a gateway that did not do what it was to do. */
export class GatewayFailure extends Error {
  readonly kind: FailureKind;
  /** It may have taken effect all the same: read back before it is repeated. */
  readonly mayHaveArrived: boolean;
  /** Trying again later can help. */
  readonly passing: boolean;
  /** What the gateway asks us to wait, in milliseconds; null where it says nothing. */
  readonly retryAfterMs: number | null;
  readonly httpStatus: number | null;
  /** `sum`: the gateway does not take this amount or currency, from nobody. Null: something else is wrong. */
  readonly about: 'sum' | null;

  /** @param detail for operators: the gateway's words, without secrets and without anything of a buyer. */
  constructor(readonly detail: string, facts: GatewayFailureFacts, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'GatewayFailure';
    this.kind = facts.kind;
    this.passing = facts.passing;
    this.mayHaveArrived = facts.mayHaveArrived ?? false;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.httpStatus = facts.httpStatus ?? null;
    this.about = facts.about ?? null;
  }
}

export interface GatewayFailureFacts {
  readonly kind: FailureKind;
  readonly passing: boolean;
  readonly mayHaveArrived?: boolean;
  readonly retryAfterMs?: number | null;
  readonly httpStatus?: number | null;
  readonly about?: 'sum' | null;
}
