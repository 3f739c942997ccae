import { DomainError } from '#orders';

/** No money moves by this processor, so there is nothing to compare. */
export class NotAGatewayError extends DomainError {
  readonly code = 'not_a_gateway';

  constructor(processor: string) {
    super(`The payment processor "${processor}" takes no money itself: there is no gateway to compare with.`);
  }
}
