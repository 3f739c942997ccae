import { DomainError } from '#orders';

/** The provider does not say that the product is there. Nothing was changed. */
export class NotDeliveredError extends DomainError {
  readonly code = 'not_delivered';

  constructor(why: string) {
    super(`The line stays as it was, because nothing shows that it was delivered: ${why} Say "force" to mark it all the same.`);
  }
}

/** The provider cannot say whether the product is there. Nothing was changed. */
export class NotReadBackError extends DomainError {
  readonly code = 'not_read_back';

  constructor(why: string) {
    super(`The line stays as it was, because it may have arrived and could not be read back: ${why} Say "force" to give it up all the same.`);
  }
}
