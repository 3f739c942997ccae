import { DomainError } from '#orders';

/** An operator has paused every provider that the order needs. */
export class ProviderPausedError extends DomainError {
  readonly code = 'provider_paused';

  constructor(
    detail: string,
    readonly retryAfterMs: number,
  ) {
    super(`${detail} Resume it first: PUT /v1/operations/dependencies/{name}.`);
  }
}
